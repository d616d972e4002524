# Unit tests of src/capella.

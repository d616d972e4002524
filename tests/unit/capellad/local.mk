# Unit tests of src/capellad.

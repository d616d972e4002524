# Unit tests of src/pbx.

"""The package's version: that of the library it is built over."""
version = "0.1.0"

# docs.mk - the manual page and the schema files.

# docs.mk - the manual page and the schema files, made from the core's lists.

DOC_C := $(wildcard doc/*.c)
DOC_O := $(DOC_C:%.c=$(B)/%.o)
SCHEMA := schema/educonnect.schema schema/educonnect.ldif
MAN_PAGE := build/slapo-educonnect.5

.PHONY: docs man-page

"""Files and exports: process files, their schema, CRM exports. What is read is never executed."""

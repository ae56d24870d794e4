"""A whole company as one file, which another installation imports: `export_company` and `import_company`."""

"""The same three pages, `/`, `/blog/{id}` and `/api/blogs`: by hand, and in other frameworks."""

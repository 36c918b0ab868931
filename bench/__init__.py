"""How fast the blog is: compared within one run, because machines differ and are shared."""

"""How fast the blog is: compared within one run, because machines differ and are shared.

`programs/` is what is compared, `candidates` starts it on the rows of `data`; `load` asks, `usage`
looks at the processes, `rounds` does both in turns; `report` writes down what came out. `compare`,
`growth`, `workers` and `flow` are the four questions.
"""

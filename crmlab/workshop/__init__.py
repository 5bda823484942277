"""The workshop: a personal exercise for everybody on a roster, and what came of it.

1. `roster` reads who takes part; `plan` gives each a seed, a language and a folder.
2. `handout` writes the exercises (`exercise`) and the welcome pages (`welcome`).
3. `returned` finds the notebooks that came back, and whose they are.
4. `watchdog` runs each in a process of its own (`runner`) under limits of time, memory and
   output; what comes out is data (`wire`), never code.
5. `grading` has the answers compared with the right ones in another process (`verdicts`), and
   keeps each result (`results`) the moment it is there.
6. `counts` adds the class up; `page` and `sheet` write it as a page and as a CSV file.

`slides` makes a lesson fit for a projector; `guide` reads what instructors say and have played;
`course` finds the notebooks on this computer.
"""

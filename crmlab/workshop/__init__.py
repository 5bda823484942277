"""The workshop: a personal exercise for everybody on a roster, and what came of it.

1. `roster` reads who takes part; `plan` gives each a seed, a language and a folder.
2. `handout` writes the exercises and the welcome pages.
3. `returned` finds the notebooks that came back, and whose they are.
4. `watchdog` runs each in a process of its own (`runner`) under limits of time, memory and
   output; what comes out is data (`wire`), never code.
5. `grading` compares the answers with the right ones, in another process, and keeps each
   result the moment it is there.
6. `page` writes the class report and the CSV file.
"""

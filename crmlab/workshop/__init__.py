"""The workshop: a personal exercise for everybody on a roster, and what came of it.

1. `roster` reads who takes part; `plan` gives each a seed, a language and a folder.
2. `handout` writes the exercises (`exercise`) and the welcome pages (`welcome`).
3. `returned` reads what came back, from a folder or a zip (`archive`), and finds out whose each
   notebook is (`owners`); what is not clear is asked (`questions`).
4. `sandbox` has each run in a process of its own (`inside`, `runner`), which `watchdog` holds
   to limits of time, memory and output, in a place of its own where that can be had
   (`isolation`); processes are asked by messages of plain data (`helper`, `plain`).
5. `grading` has the answers, which are data (`wire`), compared with the right ones in another
   process (`verdicts`), and keeps each result (`results`) the moment it is there.
6. `counts` adds the class up, `equal` finds equal answers, `points` and `marks` say what each
   gets.
7. `deliver` writes what is left in the end: the class report (`page`, `sheet`), the answers in
   words (`words`, `words_page`), marks for course platforms (`gradebook`), and what goes home
   (`feedback`).

`guide` reads what instructors say and have played; `slides` makes a lesson fit for a projector,
`cards` prints the roles. `course` finds the notebooks on this computer, `find` the workshop that
is meant.
"""

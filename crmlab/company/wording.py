"""The words of posts, by language; ``wording.toml`` holds them and says what is what."""

import tomllib
from pathlib import Path

_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

SLOTS, CLAUSES, OPENINGS = _WORDS["slots"], _WORDS["clauses"], _WORDS["openings"]
ADDED, TAGS, MOODS = _WORDS["added"], _WORDS["tags"], _WORDS["moods"]
BUT, SHORT = _WORDS["but"], _WORDS["short"]

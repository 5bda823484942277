from .listening import busiest_window as busiest_window
from .listening import corrected_share as corrected_share
from .queue import answer_times as answer_times

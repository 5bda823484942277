from .build import Report as Report
from .build import build_report as build_report
from .facts import extent as extent
from .facts import last_two_periods as last_two_periods
from .page import render as render
from .page import write_report as write_report
from .risk import Risk as Risk
from .sections import stayed as stayed

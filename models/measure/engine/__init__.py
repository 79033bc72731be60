"""Measuring, as plain classes: collect, ask PostgreSQL once, store.

definition   what a KPI counts, detached from the record (live, or of a frozen version)
path         from a record to a subject, step by step, as SQL
window       the stretches of time a KPI looks at
people       who was in which department when
money        amounts of other currencies at the rate of their day
company      which records belong to a company
clock        working hours between two instants
terms        the SQL terms of one KPI over the rows of a scan
sources      from terms to sample, numerator, denominator and value
rows         the rows that one or several KPIs read
scan         one statement for all KPIs and subjects
keyed        the same for KPIs that count customers rather than records
store        readings out of what was found, in one statement
evidence     the records behind one number
preview      what measuring would find, and why nothing
formula      KPIs over other KPIs
lens         how a KPI sees a record: date, company, people
cleaning     the statements that keep the log of records left out
dependencies which tables and columns decide the numbers of a KPI
watch        triggers that note when those change
secrets      what only system administrators may count by
"""

from .cleaning import Cleaning
from .definition import Definition
from .evidence import Evidence
from .lens import Lens
from .measure import Measure
from .path import Path, PathError
from .preview import Preview
from .secrets import may_ask_anything, secrets

"""The model report: what the catalogue holds and what the model makes of it, on one page; `build_report`."""

from ml.report.build import NOT_EVALUATED, build_report
from ml.report.page import Report
from ml.report.sample import ReportError

__all__ = ["NOT_EVALUATED", "Report", "ReportError", "build_report"]

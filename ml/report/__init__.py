"""The model report: catalogue and model on one page; see `build_report`."""

from ml.report.build import NOT_EVALUATED, build_report
from ml.report.page import Report
from ml.report.sample import ReportError

__all__ = ["NOT_EVALUATED", "Report", "ReportError", "build_report"]

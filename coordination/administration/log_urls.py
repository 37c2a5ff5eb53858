"""Addresses of the log and its review."""

from coordination.access.urls import BOTH, WRITE, about, holding, path
from coordination.access.vocabulary import Permission as P

from .views import log

urlpatterns = [
    path("logg/", log.review_log, name="review_log", policy=holding(P.REVIEW_LOG)),
    path(
        "logg/utdrag/",
        log.review_log_exports,
        name="review_log_exports",
        policy=holding(P.REVIEW_LOG, methods=BOTH, fresh=True),
    ),
    path(
        "logg/utdrag/<int:export>/",
        log.review_log_export,
        name="review_log_export",
        policy=about("administration.LogExport", see=P.REVIEW_LOG, fresh=True, export="pk"),
    ),
    path("logg/kontroll/", log.review_sample, name="review_sample", policy=holding(P.REVIEW_LOG)),
    path(
        "logg/kontroll/<int:row>/",
        log.review_sample_answer,
        name="review_sample_answer",
        policy=holding(P.REVIEW_LOG, methods=WRITE, model="administration.SampledEvent", row="pk"),
    ),
    path(
        "logg/fraga/<int:row>/",
        log.log_question,
        name="log_question",
        policy=about("administration.SampledEvent", see=P.USE_PORTAL, methods=BOTH, row="pk"),
    ),
]

"""Addresses of the situational picture and of the action plan, under those of assignments."""

from functools import partial

from coordination.access.urls import BOTH, WRITE, about, holding, path
from coordination.access.vocabulary import Permission as P

from .views import measures, pictures, plans, problems

readers = holding(P.VIEW_SITUATION)
on_picture = partial(about, "situation.SituationalPicture", picture="pk")
on_problem = partial(about, "situation.Problem", problem="pk", see=P.WRITE_SITUATION)
on_plan = partial(about, "situation.ActionPlan", plan="pk")
on_measure = partial(about, "situation.Measure", measure="pk")

urlpatterns = [
    path("uppdrag/lagesbild/", pictures.situation, name="situation", policy=readers),
    path(
        "uppdrag/lagesbild/borja/",
        pictures.picture_begin,
        name="picture_begin",
        policy=holding(P.KEEP_SITUATION, methods=WRITE),
    ),
    path(
        "uppdrag/lagesbild/<int:picture>/",
        pictures.picture,
        name="picture",
        policy=on_picture(see=P.VIEW_SITUATION),
    ),
    path(
        "uppdrag/lagesbild/<int:picture>/andra/",
        pictures.picture_change,
        name="picture_change",
        policy=on_picture(see=P.KEEP_SITUATION, methods=BOTH),
    ),
    path(
        "uppdrag/lagesbild/<int:picture>/publicera/",
        pictures.picture_publish,
        name="picture_publish",
        policy=on_picture(see=P.KEEP_SITUATION, methods=WRITE),
    ),
    path(
        "uppdrag/lagesbild/<int:picture>/nytt-problem/",
        problems.problem_new,
        name="problem_new",
        policy=on_picture(see=P.WRITE_SITUATION, methods=BOTH),
    ),
    path(
        "uppdrag/lagesbild/problem/<int:problem>/andra/",
        problems.problem_change,
        name="problem_change",
        policy=on_problem(methods=BOTH),
    ),
    path(
        "uppdrag/lagesbild/problem/<int:problem>/ta-bort/",
        problems.problem_remove,
        name="problem_remove",
        policy=on_problem(methods=WRITE),
    ),
    path(
        "uppdrag/lagesbild/problem/<int:problem>/aterstall/",
        problems.problem_restore,
        name="problem_restore",
        policy=on_problem(methods=WRITE),
    ),
    path(
        "uppdrag/lagesbild/<int:picture>/atgardsplan/",
        plans.plan_begin,
        name="plan_begin",
        policy=on_picture(see=P.KEEP_SITUATION, methods=WRITE),
    ),
    # The action plan
    path("uppdrag/atgardsplan/", measures.measures, name="measures", policy=readers),
    path(
        "uppdrag/atgardsplan/hamta/",
        measures.measures_export,
        name="measures_export",
        policy=readers,
    ),
    path(
        "uppdrag/atgardsplan/<int:plan>/",
        plans.plan,
        name="plan",
        policy=on_plan(see=P.VIEW_SITUATION),
    ),
    path(
        "uppdrag/atgardsplan/<int:plan>/beslut/",
        plans.plan_decide,
        name="plan_decide",
        policy=on_plan(see=P.KEEP_SITUATION, methods=BOTH),
    ),
    path(
        "uppdrag/atgardsplan/<int:plan>/folj-upp/",
        plans.plan_follow_up,
        name="plan_follow_up",
        policy=on_plan(see=P.KEEP_SITUATION, methods=BOTH),
    ),
    path(
        "uppdrag/atgardsplan/<int:plan>/ny-atgard/",
        measures.measure_new,
        name="measure_new",
        policy=on_plan(see=P.WRITE_SITUATION, methods=BOTH),
    ),
    path(
        "uppdrag/atgardsplan/atgard/<int:measure>/",
        measures.measure,
        name="measure",
        policy=on_measure(see=P.VIEW_SITUATION),
    ),
    path(
        "uppdrag/atgardsplan/atgard/<int:measure>/andra/",
        measures.measure_change,
        name="measure_change",
        policy=on_measure(see=P.WRITE_SITUATION, methods=BOTH),
    ),
    path(
        "uppdrag/atgardsplan/atgard/<int:measure>/uppdatera/",
        measures.measure_update,
        name="measure_update",
        policy=on_measure(see=P.WRITE_SITUATION, methods=BOTH),
    ),
    path(
        "uppdrag/atgardsplan/atgard/<int:measure>/ta-bort/",
        measures.measure_remove,
        name="measure_remove",
        policy=on_measure(see=P.WRITE_SITUATION, methods=WRITE),
    ),
    path(
        "uppdrag/atgardsplan/atgard/<int:measure>/aterstall/",
        measures.measure_restore,
        name="measure_restore",
        policy=on_measure(see=P.WRITE_SITUATION, methods=WRITE),
    ),
]

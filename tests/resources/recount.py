"""The same figures by another road: SQL over the frozen JSON, in the words of each engine."""

from django.db import connection

LATEST = """
 FROM resources_version v
 JOIN resources_report r ON r.id = v.report_id
 JOIN resources_window w ON w.id = r.window_id
"""
NEWEST = "v.number = (SELECT MAX(x.number) FROM resources_version x WHERE x.report_id = r.id)"
SQLITE = """
 SELECT r.organisation_id, d.value, json_extract(a.value, '$.level'),
  SUM(CAST(ROUND(json_extract(a.value, '$.fte') * 100) AS INTEGER) / n.value
   + (d.key < CAST(ROUND(json_extract(a.value, '$.fte') * 100) AS INTEGER) % n.value)),
  SUM(CAST(ROUND(json_extract(a.value, '$.cost') * 100) AS INTEGER) / n.value
   + (d.key < CAST(ROUND(json_extract(a.value, '$.cost') * 100) AS INTEGER) % n.value))
 {latest}, json_each(v.content, '$.activities') a,
  json_each(json_array(MAX(1, json_array_length(a.value, '$.districts')))) n,
  json_each(CASE json_array_length(a.value, '$.districts') WHEN 0 THEN '[""]'
   ELSE json_extract(a.value, '$.districts') END) d
 WHERE w.year = %s AND {which} GROUP BY 1, 2, 3
"""
POSTGRESQL = """
 SELECT r.organisation_id, d.area, a->>'level',
  SUM(DIV(((a->>'fte')::numeric * 100), n)
   + CASE WHEN d.pos <= MOD((a->>'fte')::numeric * 100, n) THEN 1 ELSE 0 END),
  SUM(DIV(((a->>'cost')::numeric * 100), n)
   + CASE WHEN d.pos <= MOD((a->>'cost')::numeric * 100, n) THEN 1 ELSE 0 END)
 {latest} CROSS JOIN jsonb_array_elements(v.content->'activities') a
  CROSS JOIN LATERAL (SELECT GREATEST(1, jsonb_array_length(a->'districts')) n) c
  CROSS JOIN LATERAL jsonb_array_elements_text(CASE jsonb_array_length(a->'districts')
   WHEN 0 THEN '[""]'::jsonb ELSE a->'districts' END) WITH ORDINALITY d(area, pos)
 WHERE w.year = %s AND {which} GROUP BY 1, 2, 3
"""

Cells = dict[tuple[int, str, str], tuple[int, int]]


def cells(year: int, which: str = NEWEST) -> Cells:
    """Posts and money in hundredths by organisation, area and level; nothing at all is left out."""
    text = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    with connection.cursor() as cursor:
        cursor.execute(text.format(latest=LATEST, which=which), [year])
        return {
            (whose, area, level): (int(fte), int(cost))
            for whose, area, level, fte, cost in cursor.fetchall()
            if fte or cost
        }


def added(found: Cells, *places: int) -> dict[tuple, tuple[int, int]]:
    """The sums by some parts of a cell."""
    sums: dict[tuple, tuple[int, int]] = {}
    for cell, (fte, cost) in found.items():
        key = tuple(cell[place] for place in places)
        before = sums.get(key, (0, 0))
        sums[key] = (before[0] + fte, before[1] + cost)
    return sums

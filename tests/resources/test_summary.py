from django.urls import reverse
from coordination.resources import compiling, compiled
from coordination.resources.models import *
from coordination.jobs import queue, files
from coordination.jobs.models import Job

def test_smoke(scene, as_person):
    r = scene.begin()
    scene.add(r, "A", "2.5", 1_000_001, "Vivalla", "Oxhagen", "Centrum")
    scene.fill(r, "no", "Därför")
    scene.file(r)
    anna = as_person("anna.ek")
    page = anna.get(reverse("resources_summary"))
    open("/tmp/w/compiled/s.html","wb").write(page.content)
    assert page.status_code == 200
    assert anna.get(reverse("resources_behind")).status_code == 200
    for f in ("csv","xlsx"):
        assert anna.get(reverse("resources_summary_export")+"?format="+f).status_code == 200
    for kind in ("summary","rows"):
        assert anna.post(reverse("compilations"), {"kind": kind, "year": scene.this.year}).status_code == 302
    assert anna.get(reverse("compilations")).status_code == 200
    for job in Job.objects.filter(kind=compiling.KIND):
        assert queue.run(job.pk), job.last_error
    for c in Compilation.objects.all():
        open("/tmp/w/compiled/"+c.kind,"wb").write(files.path(c.file).read_bytes())
        assert anna.get(reverse("compilation_file",args=[c.pk])).status_code == 200
    for n in ("ulla.vik","maria.sten"):
        assert as_person(n).get(reverse("resources_summary")).status_code == 200
        print(as_person(n).get(reverse("resources_summary")+"?year=2024").content.decode()[-9000:])

"""A reviewer finds minutes that are approved, reads them and fetches the PDF, in three steps."""

NARROW = {"width": 320, "height": 640}


def test_a_reviewer_reads_approved_minutes_from_the_start_page(portal, visit, picture):
    portal.stage.have_the_newest_approved_minutes_made(reader="bo.kvist")
    portal.settle()
    page = visit("bo.kvist")
    page.goto("/")
    page.get_by_role("link", name="Justerade protokoll").first.click()
    page.wait_for_url("**/protokoll/")
    picture(page, "approved-list")
    page.set_viewport_size(NARROW)
    picture(page, "approved-list-narrow")
    page.locator("main tbody a").first.click()
    page.wait_for_url("**/protokoll/*/")
    assert "Texten är låst" in page.locator("main").inner_text()
    picture(page, "approved-narrow")
    page.set_viewport_size({"width": 1280, "height": 900})
    picture(page, "approved")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Ladda ner PDF").click()
    assert fetched.value.path().read_bytes().startswith(b"%PDF")

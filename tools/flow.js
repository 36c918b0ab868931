// Keeps the page of `course.py run --flow` up to date: the list of requests, and the newest one.

const part = (page, name) => page.querySelector(name)
let isBusy = false
let isOld = false

// Ask the server again, and once more if there was news meanwhile.
async function refresh() {
  isOld = true
  if (isBusy) return
  isBusy = true
  while (isOld) {
    isOld = false
    await show(follows() ? '/' : location.pathname)
  }
  isBusy = false
}

// Whoever reads a row's code is not interrupted.
function follows() {
  const main = part(document, 'main')
  return 'follow' in main.dataset && !part(main, '.row[open]')
}

async function show(path) {
  const answer = await fetch(path)
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  replaceList(part(page, 'nav'))
  const [old, now] = [document, page].map((each) => part(each, 'main'))
  if (!follows() || old.dataset.shown === now.dataset.shown) return
  old.replaceWith(now)
  document.title = page.title
  history.replaceState(null, '', path)
}

function replaceList(list) {
  const old = part(document, 'nav')
  const top = old.scrollTop
  const focused = old.contains(document.activeElement) && document.activeElement.href
  old.replaceWith(list)
  list.scrollTop = top
  if (focused) [...list.querySelectorAll('a')].find((link) => link.href === focused)?.focus()
}

const events = new EventSource('/events')
events.onopen = refresh
events.onmessage = refresh

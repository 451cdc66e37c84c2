// Days with what stands on them: a month or a week as a grid, on a phone and as an agenda one below the other. An entry
// goes to another day by mouse, by touch at its handle, or with Shift and an arrow.
export default function ({ data, parentElement, setTriggerValue }) {
  const MOST = 4
  const root = parentElement.querySelector(".root")
  const kept = root.kept ??= { focused: null }
  kept.focused = root.getRootNode().activeElement?.closest(".entry")?.dataset.id ?? kept.focused
  const go = link => setTriggerValue("open", { entity: link.entity, id: link.id })
  const grid = make("div", `days ${data.reach}`)
  const heads = data.weekdays.map(name => make("div", "weekday", name))
  const help = make("p", "hidden-text", data.words.help)
  help.id = "help"
  grid.append(...heads, ...data.days.map(day))
  const nothing = data.days.some(each => each.entries.length) ? null : make("p", "nothing soft", data.words.nothing)
  root.replaceChildren(grid, ...[nothing].filter(Boolean), help)
  if (kept.focused) grid.querySelector(`[data-id="${CSS.escape(kept.focused)}"] a`)?.focus()
  kept.focused = null

  function day(each) {
    const { date, number, label, outside, today, entries } = each
    const head = data.new ? make("button", "number") : make("div", "number")
    head.append(make("span", "short", number), make("span", "long", label))
    if (data.new) {
      head.type = "button"
      head.setAttribute("aria-label", `${data.new}: ${label}`)
      head.title = data.new
      head.onclick = () => setTriggerValue("new", date)
    }
    const list = make("ol", "", ...entries.map(item => entry(item, date)))
    const cell = make("section", `day ${outside ? "outside" : ""} ${today ? "today" : ""} ${entries.length ? "" : "free"}`, head, list)
    cell.dataset.date = date
    cell.setAttribute("aria-label", label)
    if (data.new) cell.onclick = event => {
      if (!event.target.closest("a, button, .entry")) setTriggerValue("new", date)
    }
    if (data.reach === "month" && entries.length > MOST) {
      cell.classList.add("crowded")
      const more = make("button", "more", `+${entries.length - MOST + 1} ${data.words.more}`)
      more.type = "button"
      more.onclick = () => setTriggerValue("look", date)
      cell.append(more)
    }
    return cell
  }

  function entry(item, date) {
    const link = inner(item.link, item.title || data.words.untitled, go)
    if (item.movable) link.setAttribute("aria-describedby", "help")
    const clock = item.clock ? make("span", "clock", item.clock) : null
    const element = make("li", `entry ${item.color ?? ""}`, clock, link)
    element.title = [item.clock, item.title, item.state].filter(Boolean).join(" · ")
    element.dataset.id = item.id
    if (!item.movable) return element
    element.classList.add("movable")
    const handle = make("span", "handle", icon("drag_indicator"))
    element.append(handle)
    draggable(element, grid, {
      over: below => mark(below?.closest(".day")),
      drop: below => put(element, item, date, below.closest(".day")?.dataset.date),
    })
    element.onkeydown = event => {
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key]
      if (!step || !event.shiftKey) return
      event.preventDefault()
      const moved = new Date(`${date}T00:00:00Z`)
      moved.setUTCDate(moved.getUTCDate() + step)
      put(element, item, date, moved.toISOString().slice(0, 10))
    }
    return element
  }

  function mark(cell) {
    for (const each of grid.children) each.classList.toggle("below", each === cell)
  }

  function put(element, item, from, to) {
    if (!to || to === from || element.classList.contains("waiting")) return
    grid.querySelector(`[data-date="${to}"] ol`)?.append(element)
    element.classList.add("waiting")
    kept.focused = item.id
    setTriggerValue("drop", { id: item.id, version: item.version, from, to })
  }
}

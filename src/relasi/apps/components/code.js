// A YAML editor: a text area whose text is drawn, in colours, by the element behind it. What is typed goes to the
// server after a short pause and comes back with what is wrong; no rerun of the page is needed for that.
const PAUSE = 350
const TOKENS = /(#.*$)|("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|(\b-?\d+(?:\.\d+)?\b)|(\b(?:true|false|null)\b)|([[\]{},]|^\s*-(?=\s)|: ?)/g
const editors = globalThis.relasiEditors ??= new WeakMap()

export default function (component) {
  const root = component.parentElement.querySelector(".root")
  let editor = editors.get(root)
  if (!editor) editors.set(root, editor = build(root))
  editor.take(component)
}

function build(root) {
  let component, data, seed = null, marks = [], choices = [], chosen = 0, timer = null, asked = 0, kept = ""
  const gutter = make("div", "gutter"), drawn = make("pre", "")
  const area = make("textarea", "")
  const stack = make("div", "stack", drawn, area)
  const scroll = make("div", "scroll", make("div", "sheet", gutter, stack))
  const list = make("ul", "choices")
  const state = make("div", "state"), found = make("ul", "found")
  const box = make("div", "code", scroll, list)
  root.replaceChildren(box, state, found)
  gutter.setAttribute("aria-hidden", "true")
  drawn.setAttribute("aria-hidden", "true")
  list.setAttribute("role", "listbox")
  list.hidden = true
  state.setAttribute("role", "status")
  Object.assign(area, { spellcheck: false, autocapitalize: "off", autocomplete: "off", wrap: "off" })
  area.setAttribute("autocorrect", "off")

  area.oninput = () => { draw(); later(); suggest(false) }
  area.onkeydown = press
  area.onblur = () => { setTimeout(hide, 150); if (area.value !== kept) keep() }
  area.onclick = hide
  scroll.onscroll = hide

  function take(next) {
    component = next
    data = next.data
    area.readOnly = data.fixed
    area.setAttribute("aria-label", data.label)
    if (data.seed === seed) return
    seed = data.seed
    area.value = kept = data.text
    marks = data.marks
    draw()
    tell(data)
    if (data.line) reveal(data.line)
  }

  function draw() {
    const lines = area.value.split("\n")
    drawn.replaceChildren(...lines.flatMap((line, index) => [...painted(line, index + 1), "\n"]))
    const worst = new Map()
    for (const mark of marks) if (worst.get(mark.line) !== "error") worst.set(mark.line, mark.severity)
    gutter.replaceChildren(...lines.map((_, index) => make("div", worst.get(index + 1) ?? "", String(index + 1))))
  }

  function painted(line, number) {
    const pieces = tokens(line), here = marks.filter(mark => mark.line === number)
    if (!here.length) return pieces.map(([text, look]) => look ? make("span", look, text) : text)
    const characters = pieces.flatMap(([text, look]) => [...text].map(sign => [sign, look]))
    return characters.map(([sign, look], index) => {
      const mark = here.find(each => index >= each.column - 1 && index < ending(each, characters.length))
      return mark ? make("span", `${look} m-${mark.severity}`, sign) : look ? make("span", look, sign) : sign
    })
  }

  function ending(mark, length) {
    return mark.end_line > mark.line ? length : Math.max(mark.end_column - 1, mark.column)
  }

  function press(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault()
      keep().then(() => component.setTriggerValue("review", data.file))
    } else if (event.ctrlKey && event.key === " ") {
      event.preventDefault()
      suggest(true)
    } else if (!list.hidden && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault()
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : choices.length - 1)) % choices.length
      offer()
    } else if (!list.hidden && ["Enter", "Tab"].includes(event.key)) {
      event.preventDefault()
      accept(choices[chosen])
    } else if (event.key === "Escape") {
      if (list.hidden) area.blur()
      hide()
    } else if (event.key === "Tab" && !data.fixed) {
      event.preventDefault()
      indent(event.shiftKey)
    } else if (event.key === "Enter" && !data.fixed && !event.ctrlKey) {
      event.preventDefault()
      const line = area.value.slice(0, area.selectionStart).split("\n").pop()
      const deeper = /:\s*$/.test(line) ? "  " : ""
      write("\n" + line.match(/^ */)[0] + deeper)
    }
  }

  // Through the browser, so that its own undo goes back over it.
  function write(text, from = area.selectionStart, to = area.selectionEnd) {
    area.focus()
    area.setSelectionRange(from, to)
    document.execCommand(text ? "insertText" : "delete", false, text)
  }

  function indent(back) {
    const { value, selectionStart: from, selectionEnd: to } = area
    if (from === to && !back) return write("  ")
    const start = value.lastIndexOf("\n", from - 1) + 1
    const lines = value.slice(start, to).split("\n")
    const text = lines.map(line => back ? line.replace(/^ {1,2}/, "") : "  " + line).join("\n")
    write(text, start, to)
    area.setSelectionRange(start, start + text.length)
  }

  function later() {
    clearTimeout(timer)
    timer = setTimeout(keep, PAUSE)
    say([["", data.words.typing]])
  }

  async function keep() {
    clearTimeout(timer)
    if (data.fixed) return
    const text = area.value, turn = ++asked
    const answer = await send(data.draft, text)
    if (turn !== asked) return
    if (!answer) return say([["bad", data.words.failed]])
    kept = text
    if (answer.message) return say([["bad", answer.message]])
    marks = answer.marks
    draw()
    tell(answer)
  }

  async function send(address, text) {
    try {
      const response = await fetch(address, { method: "POST", body: text })
      return await response.json()
    } catch {
      return null
    }
  }

  function say(parts) {
    state.replaceChildren(...parts.map(([look, text]) => make("span", look, text)))
  }

  function tell(answer) {
    say([[answer.errors ? "bad" : "good", answer.verdict], ["", answer.kept], ...answer.notes.map(note => ["bad", note])])
    found.replaceChildren(...answer.marks.map(problem), ...answer.elsewhere.map(other))
  }

  function problem(mark) {
    const at = make("button", "at", `${data.words.line} ${mark.line}`)
    at.type = "button"
    at.onclick = () => reveal(mark.line, mark.column)
    const item = make("li", mark.severity, at, make("span", "what", mark.message))
    if (mark.suggestion && !data.fixed) {
      const button = make("button", "take", data.words.take.replace("{word}", mark.suggestion))
      button.type = "button"
      button.onclick = () => replace(mark)
      item.append(button)
    }
    if (mark.help) item.append(make("span", "help", mark.help))
    return item
  }

  function other(mark) {
    const at = make("button", "at", `${mark.file}:${mark.line}`)
    at.type = "button"
    at.onclick = () => component.setTriggerValue("open", { file: mark.file, line: mark.line })
    return make("li", mark.severity, at, make("span", "what", mark.message), mark.help ? make("span", "help", mark.help) : null)
  }

  function replace(mark) {
    const start = place(mark.line, mark.column), end = place(mark.end_line, mark.end_column)
    const old = area.value.slice(start, end)
    const quoted = /^(["']).*\1$/.test(old)
    write(mark.suggestion, start + quoted, end - quoted)
  }

  function place(line, column) {
    const lines = area.value.split("\n")
    return lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1
  }

  function reveal(line, column = 1) {
    if (!area.readOnly) area.focus({ preventScroll: true })
    const at = place(line, column)
    area.setSelectionRange(at, at)
    scroll.scrollTop = Math.max(0, (line - 6) * 20)
    scroll.scrollLeft = 0
  }

  let waiting = null
  function suggest(wanted) {
    clearTimeout(waiting)
    const before = area.value.slice(0, area.selectionStart)
    if (data.fixed || (!wanted && !/[\w.]$|(^|[ \[{,])$/.test(before.slice(-1) || " "))) return hide()
    if (!wanted && !/[\w.]$/.test(before)) return hide()
    waiting = setTimeout(async () => {
      const at = area.selectionStart
      const offset = [...area.value.slice(0, at)].length
      const answer = await send(`${data.words_at}&at=${offset}`, area.value)
      if (!answer || at !== area.selectionStart || root.getRootNode().activeElement !== area) return
      choices = answer.choices ?? []
      chosen = 0
      const word = area.value.slice(0, at).match(/[\w.]*$/)[0]
      if (!choices.length || (choices.length === 1 && choices[0].text === word)) return hide()
      offer()
    }, wanted ? 0 : 140)
  }

  function offer() {
    list.replaceChildren(...choices.map((each, index) => {
      const item = make("li", index === chosen ? "on" : "", make("b", "", each.text), make("span", "", each.help))
      item.setAttribute("role", "option")
      item.setAttribute("aria-selected", index === chosen)
      item.onmousedown = event => { event.preventDefault(); accept(each) }
      return item
    }))
    list.hidden = false
    const lines = area.value.slice(0, area.selectionStart).split("\n")
    const probe = make("span", "", "0".repeat(20))
    drawn.append(probe)
    const width = probe.getBoundingClientRect().width / 20
    probe.remove()
    const left = gutter.offsetWidth + 10 + lines.at(-1).length * width - scroll.scrollLeft
    const top = 8 + lines.length * 20 - scroll.scrollTop
    list.style.left = `${Math.max(4, Math.min(left, box.clientWidth - list.offsetWidth - 4))}px`
    list.style.top = `${top}px`
    list.children[chosen]?.scrollIntoView({ block: "nearest" })
  }

  function accept(choice) {
    const at = area.selectionStart
    const word = area.value.slice(0, at).match(/[\w.]*$/)[0]
    const follows = area.value.slice(at).match(/^\w*(:?)/)
    hide()
    write(choice.text + (choice.key && !follows[1] ? ": " : ""), at - word.length, at + follows[0].length - follows[1].length)
  }

  function hide() {
    clearTimeout(waiting)
    list.hidden = true
  }

  return { take }
}

// A line as pieces of text with their looks.
function tokens(line) {
  const key = line.match(/^(\s*(?:- )*)("[^"]*"|'[^']*'|[^\s#[\]{},:"'][^#[\]{},:]*)(?=:(?:\s|$))/)
  const pieces = key ? [[key[1], "t-sign"], [key[2], "t-key"]] : []
  const start = key ? key[0].length : 0
  let last = start
  for (const match of line.matchAll(TOKENS)) {
    if (match.index < last || (match[1] && match.index > 0 && !/\s/.test(line[match.index - 1]))) continue
    if (match.index > last) pieces.push(...before(line.slice(last, match.index), line.slice(match.index)))
    pieces.push([match[0], match[1] ? "t-comment" : match[2] ? "t-text" : match[3] ? "t-number" : match[4] ? "t-word" : "t-sign"])
    last = match.index + match[0].length
  }
  if (last < line.length) pieces.push([line.slice(last), ""])
  return pieces
}

// Text before a colon inside brackets is a key.
function before(text, rest) {
  return [[text, /^: ?/.test(rest) && /^\s*[\w.]+$/.test(text) ? "t-key" : ""]]
}

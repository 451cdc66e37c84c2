const SIGNS = { "+": "plus", "-": "minus", "@": "place", " ": "" }

export default function ({ data, parentElement }) {
  const lines = data.lines.map(({ sign, text }) => make("div", SIGNS[sign] ?? "", text || " "))
  parentElement.querySelector(".root").replaceChildren(
    make("div", "difference", ...(lines.length ? lines : [make("div", "none", data.nothing)])))
}

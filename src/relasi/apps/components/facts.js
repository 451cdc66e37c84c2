export default function ({ data, parentElement, setTriggerValue }) {
  const go = link => setTriggerValue("open", { entity: link.entity, id: link.id })
  const fact = ({ label, value, long }) =>
    make("div", "", make("dt", "", label), make("dd", long ? "long" : "", show(value, go)))
  const sections = data.sections.map(section =>
    make("section", "", section.label ? make("h3", "", section.label) : null,
      make("dl", "", ...section.lines.map(line => make("div", "line", ...line.map(fact))))))
  parentElement.querySelector(".root").replaceChildren(...sections)
}

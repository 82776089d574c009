"use strict";
(() => {
  const MAX_FOUND = 300, MAX_COLUMNS = 20000;
  const data = JSON.parse(document.getElementById("data").textContent);
  const sources = data.sources;
  const $ = (id) => document.getElementById(id);
  const make = (tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const clock = (t, seconds = true) => new Date((data.base + t) * 1000).toLocaleTimeString(
    [], { hour: "2-digit", minute: "2-digit", second: seconds ? "2-digit" : undefined, hour12: false });
  const day = (t) => new Date((data.base + t) * 1000).toLocaleDateString();

  // Lines are [begin, length, text, sound file or -1, seconds in it]; gaps [begin, length, cause];
  // hits [begin, word, segment's begin].
  let first = Infinity, last = -Infinity;
  for (const source of sources) {
    source.lines.sort((a, b) => a[0] - b[0]);
    source.hitAt = new Map();
    for (const [, word, begin] of source.hits) source.hitAt.set(begin, word);
    for (const list of [source.lines, source.gaps]) {
      for (const item of list) {
        first = Math.min(first, item[0]);
        last = Math.max(last, item[0] + item[1]);
      }
    }
  }
  if (!(first < Infinity)) { first = 0; last = 1; }
  // Columns of the picture are minutes, blocks five of them; of a run over years (a clock that
  // was set meanwhile) so much longer that there are not too many.
  const MINUTE = 60 * Math.max(1, Math.ceil((last - first) / 60 / MAX_COLUMNS)), BLOCK = 5 * MINUTE;
  // Blocks begin at full five minutes of the clock.
  const start = Math.floor((data.base + first) / BLOCK) * BLOCK - data.base;
  const count = Math.max(1, Math.ceil((last - start + 0.001) / BLOCK));
  const blockOf = (t) => Math.min(count - 1, Math.max(0, Math.floor((t - start) / BLOCK)));

  // The picture of the day: a strip a source, a column a minute.
  const css = getComputedStyle(document.documentElement);
  const colour = (name) => css.getPropertyValue(name).trim();
  const minutes = Math.max(1, Math.ceil((last - start) / MINUTE));
  const draw = (canvas, source) => {
    const width = canvas.width = Math.max(minutes, Math.min(1440, Math.round(canvas.clientWidth * (window.devicePixelRatio || 1)) || minutes));
    const height = canvas.height = 18;
    const spoken = new Float32Array(minutes), gaps = new Float32Array(minutes), hits = new Uint8Array(minutes);
    const spread = (list, into) => {
      for (const [begin, length] of list) {
        for (let t = begin; t < begin + Math.max(length, 0.1);) {
          const minute = Math.min(minutes - 1, Math.max(0, Math.floor((t - start) / MINUTE)));
          const end = Math.min(begin + Math.max(length, 0.1), start + (minute + 1) * MINUTE);
          into[minute] += Math.max(end - t, 0.1);
          t = Math.max(end, t + 0.1);
        }
      }
    };
    spread(source.lines, spoken);
    spread(source.gaps, gaps);
    for (const [begin] of source.hits) hits[Math.min(minutes - 1, Math.max(0, Math.floor((begin - start) / MINUTE)))] = 1;
    const context = canvas.getContext("2d");
    const [speech, silence, gap, hit] = ["--speech", "--silence", "--gap", "--hit"].map(colour);
    for (let minute = 0; minute < minutes; minute++) {
      const x = Math.floor(minute * width / minutes), next = Math.max(x + 1, Math.floor((minute + 1) * width / minutes));
      context.fillStyle = silence;
      context.fillRect(x, 0, next - x, height);
      context.fillStyle = speech;
      const tall = Math.round(height * Math.min(1, spoken[minute] / MINUTE));
      context.fillRect(x, height - tall, next - x, tall);
      context.fillStyle = gap;
      const missing = gaps[minute] ? Math.max(3, Math.round(height * Math.min(1, gaps[minute] / MINUTE))) : 0;
      context.fillRect(x, 0, next - x, missing);
      if (hits[minute]) { context.fillStyle = hit; context.fillRect(x, 0, Math.max(2, next - x), height); }
    }
  };
  const shown = new Set(sources.keys());
  const strips = sources.map((source, index) => {
    const strip = make("div", "strip"), name = make("button", "", source.name), canvas = make("canvas");
    name.title = source.source || source.name;
    name.setAttribute("aria-pressed", "true");
    name.onclick = () => {
      shown.has(index) ? shown.delete(index) : shown.add(index);
      name.setAttribute("aria-pressed", String(shown.has(index)));
      layOut();
    };
    const timeAt = (event) => start + (event.offsetX / canvas.clientWidth) * minutes * MINUTE;
    canvas.onmousemove = (event) => { canvas.title = `${source.name} ${clock(timeAt(event), false)}`; };
    canvas.onclick = (event) => goTo(timeAt(event));
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${source.name}: ${source.lines.length} lines, ${source.gaps.length} gaps, ${source.hits.length} hits`);
    strip.append(name, canvas);
    $("picture").insertBefore(strip, $("axis"));
    return [canvas, source];
  });
  for (let mark = 0; mark <= 6; mark++) $("axis").append(make("span", "", clock(start + mark * minutes * MINUTE / 6, minutes * MINUTE < 360)));

  // Blocks of five minutes, all sources side by side; only those near the window have lines.
  const ranges = sources.map((source) => {
    const begins = new Uint32Array(count + 1);
    let block = 0;
    source.lines.forEach((line, index) => {
      for (const own = blockOf(line[0]); block <= own; block++) begins[block] = index;
    });
    for (; block <= count; block++) begins[block] = source.lines.length;
    return begins;
  });
  const gapsIn = sources.map((source) => {
    const found = new Map();
    for (const gap of source.gaps) {
      const block = blockOf(gap[0]);
      if (!found.has(block)) found.set(block, []);
      found.get(block).push(gap);
    }
    return found;
  });
  const player = $("player");
  // What a browser says of a kind that it knows nothing of is "". Matroska is asked for as WebM,
  // which it is in all but name.
  const KINDS = {
    mp3: "audio/mpeg", aac: "audio/aac", ogg: "audio/ogg", oga: "audio/ogg", opus: "audio/ogg; codecs=opus",
    spx: "audio/ogg; codecs=speex", mka: "audio/webm", wav: "audio/wav", flac: "audio/flac", m4a: "audio/mp4",
  };
  const plays = data.sounds.map((address) => {
    const suffix = address.slice(address.lastIndexOf(".") + 1).toLowerCase();
    return suffix in KINDS && player.canPlayType(KINDS[suffix]) !== "";
  });
  const shownAs = (address) => {
    try { return decodeURI(address); } catch { return address; }  // a file named in another encoding
  };
  const mute = new Set(data.sounds.filter((_, index) => !plays[index]).map((address) => shownAs(address).split(".").pop().slice(0, 20)));
  if (mute.size) {
    $("note").hidden = false;
    $("note").textContent = `This browser plays no ${[...mute].join(", ")}: lines with such sound are no links. scribe-tui clip saves it as WAV, MP3 or Ogg.`;
  }
  const hear = (line) => {
    player.hidden = false;
    player.src = data.sounds[line[3]] + "#t=" + Math.max(0, line[4]);
    player.title = data.sounds[line[3]];
    player.play().catch(() => {});
  };
  player.onerror = () => {
    $("count").textContent = `This browser cannot play ${shownAs(player.title)} (moved, deleted, or of a kind that it does not know).`;
  };
  const saidLine = (source, line) => {
    const word = source.hitAt.get(line[0]);
    const element = make("p", word === undefined ? "said" : "said hit");
    element.append(make("time", "", clock(line[0])), document.createTextNode(line[2]));
    if (word !== undefined) element.title = `hit: ${word}`;
    if (line[3] >= 0 && !plays[line[3]]) {
      element.classList.add("mute");
      element.title = `${element.title} its sound is in ${shownAs(data.sounds[line[3]])}, which this browser cannot play`.trim();
    } else if (line[3] >= 0) {
      element.tabIndex = 0;
      element.setAttribute("role", "button");
      element.onclick = () => hear(line);
      element.onkeydown = (event) => { if (event.key === "Enter") hear(line); };
    }
    element.line = line;
    return element;
  };
  const gapLine = (gap) => make("p", "gap",
    `not heard ${clock(gap[0])} to ${clock(gap[0] + gap[1])} (${gap[1].toFixed(1)} s): ${gap[2]}`);
  const fill = (section) => {
    if (section.childElementCount > 1) return;
    const block = section.block;
    for (const index of shown) {
      const source = sources[index], cell = make("div", "cell");
      const items = source.lines.slice(ranges[index][block], ranges[index][block + 1]).map((line) => [line[0], () => saidLine(source, line)]);
      for (const gap of gapsIn[index].get(block) || []) items.push([gap[0], () => gapLine(gap)]);
      items.sort((a, b) => a[0] - b[0]);
      cell.append(...items.map((item) => item[1]()));
      section.append(cell);
    }
    section.style.minHeight = "";
  };
  const empty = (section) => {
    if (section.childElementCount < 2) return;
    section.style.minHeight = `${section.offsetHeight}px`;
    while (section.childElementCount > 1) section.lastElementChild.remove();
  };
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) entry.isIntersecting ? fill(entry.target) : empty(entry.target);
  }, { root: document.querySelector("main"), rootMargin: "1200px 0px" });
  const sections = new Map();
  const lay = document.createDocumentFragment();
  for (let block = 0; block < count; block++) {
    const most = Math.max(...sources.map((_, index) => ranges[index][block + 1] - ranges[index][block] + (gapsIn[index].get(block) || []).length));
    if (most === 0 || sources.length === 0) continue;
    const section = make("section", "block");
    section.block = block;
    section.append(make("time", "", clock(start + block * BLOCK, false)));
    section.style.minHeight = `${most * 3.2}em`;
    sections.set(block, section);
    lay.append(section);
  }
  $("day").append(lay);
  const layOut = () => {
    document.documentElement.style.setProperty("--sources", String(shown.size));
    $("names").replaceChildren(make("span"), ...[...shown].map((index) => make("span", "", sources[index].name)));
    for (const section of sections.values()) {
      if (section.childElementCount > 1) { empty(section); fill(section); }
    }
  };
  const goTo = (t, line) => {
    const wanted = blockOf(t);
    const block = [...sections.keys()].find((key) => key >= wanted) ?? [...sections.keys()].pop();
    const section = sections.get(block);
    if (!section) return;
    fill(section);
    document.querySelectorAll(".here").forEach((element) => element.classList.remove("here"));
    const element = line && [...section.querySelectorAll(".said")].find((item) => item.line === line);
    if (element) element.classList.add("here");
    (element || section).scrollIntoView({ block: "center" });
  };

  // Search: all words must occur in a line.
  const marked = (text, words) => {
    const parts = [], low = text.toLowerCase();
    let from = 0;
    while (from < text.length) {
      let at = -1, word = "";
      for (const candidate of words) {
        const found = low.indexOf(candidate, from);
        if (found >= 0 && (at < 0 || found < at)) { at = found; word = candidate; }
      }
      if (at < 0 || low.length !== text.length) break;
      parts.push(document.createTextNode(text.slice(from, at)), make("mark", "", text.slice(at, at + word.length)));
      from = at + word.length;
    }
    parts.push(document.createTextNode(text.slice(from)));
    return parts;
  };
  const search = () => {
    const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const results = $("results");
    results.replaceChildren();
    results.hidden = !words.length;
    $("count").textContent = "";
    if (!words.length) return;
    const found = [];
    sources.forEach((source) => {
      for (const line of source.lines) {
        const low = line[2].toLowerCase();
        if (words.every((word) => low.includes(word))) found.push([source, line]);
      }
    });
    found.sort((a, b) => a[1][0] - b[1][0]);
    for (const [source, line] of found.slice(0, MAX_FOUND)) {
      const item = make("li", "found");
      item.tabIndex = 0;
      item.append(make("b", "", `${clock(line[0])} ${source.name}`), ...marked(line[2], words));
      item.onclick = () => goTo(line[0], line);
      item.onkeydown = (event) => { if (event.key === "Enter") goTo(line[0], line); };
      results.append(item);
    }
    $("count").textContent = found.length > MAX_FOUND ? `${MAX_FOUND} of ${found.length} lines` : `${found.length} lines`;
  };
  let waiting = 0;
  $("search").oninput = () => { clearTimeout(waiting); waiting = setTimeout(search, 150); };

  $("title").textContent = `${data.run} · ${day(start)}`;
  layOut();
  for (const section of sections.values()) observer.observe(section);
  strips.forEach(([canvas, source]) => draw(canvas, source));
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
})();

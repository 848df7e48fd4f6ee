#!/usr/bin/env python3
"""Turns what `Run` has left in a folder into docs/benchmarks: results.md (tables), results.csv (every cell) and SVG plots.

Usage: report.py [FOLDER WITH THE JSON FILES] [FOLDER TO WRITE TO]

Every cell is the median of all its measured iterations, over all rounds; beside it the smallest and the largest. The goals are ratios within
a round, where all peers were measured one after the other: the median of the rounds, the smallest and the largest. With a single round the
spread is what the extremes of both would give. What was not measured is left out. Needs nothing but Python 3.8.
"""
import csv
import glob
import html
import json
import math
import os
import re
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

PEERS = {
    "PPOOL_LIFO": "ppool lifo", "PPOOL_FIFO": "ppool fifo", "PPOOL_AFFINE": "ppool affine",
    "PPOOL_LIFO_LEAK_DETECTION": "ppool lifo, leak detection",
    "STORMPOT_NO_EXPIRY": "Stormpot, thread-safe tap, no expiry", "STORMPOT": "Stormpot, thread-safe tap",
    "STORMPOT_VIRTUAL_NO_EXPIRY": "Stormpot, virtual-thread-safe tap, no expiry",
    "STORMPOT_SINGLE_NO_EXPIRY": "Stormpot, a tap for each thread, no expiry", "CONCURRENT_BAG": "Hikari ConcurrentBag, padded",
    "ARRAY_BLOCKING_QUEUE": "ArrayBlockingQueue", "ARRAY_BLOCKING_QUEUE_FAIR": "ArrayBlockingQueue, fair",
    "LINKED_BLOCKING_DEQUE": "LinkedBlockingDeque", "LINKED_TRANSFER_QUEUE": "LinkedTransferQueue", "COMMONS_POOL": "Commons Pool 2",
    "COMMONS_POOL_FAIR": "Commons Pool 2, fair", "VIBUR": "Vibur", "VIBUR_FAIR": "Vibur, fair", "REACTOR_POOL": "reactor-pool",
    "PPOOL_ASYNC_QUEUE": "ppool asyncQueue", "PPOOL_SYNC_QUEUE": "ppool syncQueue", "PPOOL_RUN": "ppool run",
    "THREAD_POOL_EXECUTOR": "ThreadPoolExecutor", "THREAD_POOL_EXECUTOR_VIRTUAL": "ThreadPoolExecutor, virtual threads",
    "SEMAPHORE_BY_SUBMITTER": "virtual threads, semaphore before",
    "SEMAPHORE_IN_TASK": "virtual threads, semaphore inside", "SPRING_SIMPLE_ASYNC": "Spring SimpleAsyncTaskExecutor",
    "RESILIENCE4J": "resilience4j ThreadPoolBulkhead", "PEKKO_ROUTER": "Pekko typed pool router",
    "LYSE_ASYNC_QUEUE": "Erlang, LYSE's ppool: async_queue", "LYSE_SYNC_QUEUE": "Erlang, LYSE's ppool: sync_queue",
    "LYSE_RUN": "Erlang, LYSE's ppool: run", "PPOOL": "ppool", "PPOOL_LISTENER": "ppool with a listener",
    "PEKKO": "Pekko typed", "OTP": "Erlang/OTP",
    "PPOOL_CALLER_RUNS": "ppool, callerRuns",
}
# Whose objects come back in an order that the library promises, and who says that waiters are served in turn. Who is fair in a crowd
# is measured: a peer that starves its waiters passes the objects among a few threads that run, which costs no thread switch.
ORDERED = ["ARRAY_BLOCKING_QUEUE", "ARRAY_BLOCKING_QUEUE_FAIR", "LINKED_BLOCKING_DEQUE", "LINKED_TRANSFER_QUEUE", "COMMONS_POOL",
           "COMMONS_POOL_FAIR", "VIBUR", "VIBUR_FAIR", "REACTOR_POOL"]
FAIR_INDEX = 0.99
FAIR = ["ARRAY_BLOCKING_QUEUE_FAIR", "LINKED_TRANSFER_QUEUE", "COMMONS_POOL_FAIR", "VIBUR_FAIR", "REACTOR_POOL"]
OURS = ["PPOOL_LIFO", "PPOOL_FIFO", "PPOOL_AFFINE"]
CROWDS = {
    "P8_OF_2": "8 platform threads, 2 objects",
    "V64_NOTHING": "64 virtual threads, 10 objects, held for nothing", "V64_YIELD": "64 virtual threads, 10 objects, held across a yield",
    "V64_50US": "64 virtual threads, 10 objects, held for 50 µs",
    "V1000_NOTHING": "1,000 virtual threads, 10 objects, held for nothing",
    "V1000_YIELD": "1,000 virtual threads, 10 objects, held across a yield",
    "V1000_50US": "1,000 virtual threads, 10 objects, held for 50 µs",
}
THREADS = [(1, 10, "1 thread, 10 objects"), (2, 10, "2 threads, 10 objects"), (8, 10, "8 threads, 10 objects"),
           (8, 2, "8 threads, 2 objects")]


class Cell:
    """The samples of one thing that was measured, by round."""

    def __init__(self, samples, unit, number=1):
        self.rounds, self.unit = {number: list(samples)}, unit

    def add(self, samples, number):
        self.rounds.setdefault(number, []).extend(samples)

    @property
    def samples(self):
        return [sample for samples in self.rounds.values() for sample in samples]

    @property
    def mid(self):
        return statistics.median(self.samples)

    @property
    def low(self):
        return min(self.samples)

    @property
    def high(self):
        return max(self.samples)

    def mapped(self, f, unit):
        return self.by_round(lambda samples: list(map(f, samples)), unit)

    def by_round(self, f, unit):
        """Another cell, its samples made from those of each round."""
        made = Cell([], unit)
        made.rounds = {number: f(samples) for number, samples in self.rounds.items()}
        return made


class Ratio:
    """Ours to theirs, paired by rounds."""

    def __init__(self, ours, theirs):
        both = [n for n in ours.rounds if n in theirs.rounds]
        paired = [statistics.median(ours.rounds[n]) / max(1e-12, statistics.median(theirs.rounds[n])) for n in both]
        if len(paired) > 1:
            self.mid, self.low, self.high = statistics.median(paired), min(paired), max(paired)
        else:
            self.mid = ours.mid / max(1e-12, theirs.mid)
            self.low, self.high = ours.low / max(1e-12, theirs.high), ours.high / max(1e-12, theirs.low)

    def inverse(self):
        turned = Ratio.__new__(Ratio)
        turned.mid, turned.low, turned.high = (1 / max(1e-12, x) for x in (self.mid, self.high, self.low))
        return turned


def flat(raw):
    for item in raw:
        if isinstance(item, list):
            yield from flat(item)
        elif isinstance(item, (int, float)):
            yield item


# What otp.escript and lyse.escript print, as the benchmarks are called that measure the same.
ERLANG_NAMES = {"startAndEnd": "Supervision.startAndEnd", "restartOneByOne": "Supervision.restartOneByOne",
                "restartFlood": "Flood.restartFlood", "restartThousand": "OneForAll.restartThousand",
                "aMillion": "HandOver.aMillion", "oneByOne": "OneByOne.oneByOne"}


# What otp-processes.escript prints.
ERLANG_PROCESSES = {"call-1": ("Calls.call", (("callers", "1"), ("mail", "OTP"))), "call-8": ("Calls.call", (("callers", "8"), ("mail", "OTP"))),
                    "send": ("Sends.aMillion", (("mail", "OTP"),)), "ring": ("Ring.hop", (("mail", "OTP"),))}


def erlang_key(name):
    """The benchmark and its parameters, from what a script calls it."""
    if name in ERLANG_PROCESSES:
        return ERLANG_PROCESSES[name]
    if name.startswith("crowd-"):
        return "Crowds.startLookStop", (("children", name[6:]), ("keeper", "OTP"), ("warm", "true"))
    if "." in name:
        benchmark, way = name.split(".")
        return ERLANG_NAMES[benchmark], (("virtualSubmitter", "true"), ("way", way))  # by a process, which is as a virtual thread
    return ERLANG_NAMES[name], (("keeper", "OTP"),)


def files(folder, extension):
    """(path, number of the round), the rounds in order."""
    found = [(path, re.fullmatch(r".*-(\d+)\." + extension, os.path.basename(path)))
             for path in glob.glob(os.path.join(folder, "*." + extension))]
    return sorted(((path, int(match.group(1))) for path, match in found if match), key=lambda each: (each[1], each[0]))


def load_erlang(folder, cells):
    """Adds what Erlang did; answers its release, None if it was not measured."""
    release = None
    for path, number in files(folder, "txt"):
        with open(path, encoding="utf-8") as file:
            lines = [line.split() for line in file]
        for words in lines:
            if len(words) == 2 and words[0] == "release":
                release = words[1]
            elif len(words) == 3:
                name, _, metric = words[0].partition(":")
                benchmark, params = erlang_key(name)
                cells.setdefault((benchmark, 1, params, metric), Cell([], words[2], number)).add([float(words[1])], number)
    return release


def load(folder):
    """{(benchmark, threads, parameters as sorted tuple, metric): Cell}; the metric of the score itself is ''."""
    cells = {}
    for path, number in files(folder, "json"):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        try:
            results = json.loads(text) if text.strip() else []
        except json.JSONDecodeError:
            print(f"{path} is not complete, and left out", file=sys.stderr)  # it was cut off
            continue
        for result in results:
            name = ".".join(result["benchmark"].split(".")[-2:])
            params = tuple(sorted(result.get("params", {}).items()))
            metrics = {"": result["primaryMetric"]}
            metrics.update({key.lstrip("·"): value for key, value in result.get("secondaryMetrics", {}).items()})
            for metric, value in metrics.items():
                samples = [x for x in flat(value.get("rawData", [])) if not math.isnan(x)]
                if samples:
                    key = (name, result["threads"], params, metric)
                    cells.setdefault(key, Cell([], value["scoreUnit"], number)).add(samples, number)
    return cells


class Results:
    def __init__(self, cells):
        self.cells = cells

    def get(self, benchmark, metric="", threads=None, **params):
        for (name, count, given, key), cell in self.cells.items():
            have = dict(given)
            if name == benchmark and key == metric and (threads is None or count == threads) and all(
                    have.get(k) == v for k, v in params.items()):
                return cell
        return None

    def values(self, benchmark, param):
        seen = []
        for (name, _, given, _) in self.cells:
            value = dict(given).get(param)
            if name == benchmark and value is not None and value not in seen:
                seen.append(value)
        return seen


# ---------------------------------------------------------------------------------------------------------------- numbers

def short(value):
    """Three digits that count, with thousands separated."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    rounded = round(value, digits if value < 100 else -max(0, math.floor(math.log10(abs(value))) - 2))
    return f"{rounded:,.{digits}f}" if value < 100 else f"{rounded:,.0f}"


def with_spread(cell):
    if cell is None:
        return "–"
    if len(cell.samples) == 1 or cell.low == cell.high:
        return short(cell.mid)
    return f"{short(cell.mid)} <sub>{short(cell.low)}–{short(cell.high)}</sub>"


def thousand_per_second(cell):
    return cell and cell.mapped(lambda x: x / 1e3, "thousand/s")


def per_second(cell):
    """From nanoseconds (or what the unit says) per operation."""
    factor = {"ns/op": 1e9, "us/op": 1e6, "ms/op": 1e3, "s/op": 1}[cell.unit] if cell else None
    return cell and cell.mapped(lambda x: factor / x, "/s")


def whole(cells):
    """Of thousands, as plots name them by themselves: 20k, 3M."""
    return {name: cell.mapped(lambda x: x * 1e3, "/s") for name, cell in cells.items()}


def micros(cell):
    return cell and cell.mapped(lambda x: x / 1e3, "µs")


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def beside(peers, rows):
    """A column for each of the peers; rows: [(text, {peer: Cell})]."""
    return table([""] + [PEERS[peer] for peer in peers], [[text] + [with_spread(by[peer]) for peer in peers] for text, by in rows])


# ---------------------------------------------------------------------------------------------------------------- the plot

def dot_plot(path, title, note, rows, columns, one_scale=False):
    """One line per row, one panel per column: a dot at the median, a whisker from the smallest to the largest.

    rows: [(name, whether it is ours)]; columns: [(heading, {name: Cell}, whether more is better)]. All panels are logarithmic, each with a scale
    of its own unless they are to have the same.
    """
    rows = [row for row in rows if any(row[0] in cells for _, cells, _ in columns)]
    columns = [column for column in columns if column[1]]
    if not rows or not columns:
        return False
    left = 40 + round(7.6 * max(len(name) for name, _ in rows))
    panel, gap, line, top = 180, 40, 22, 84
    width = max(left + len(columns) * (panel + gap), 30 + round(9.6 * len(title)), 560) + 10
    height = top + len(rows) * line + 52
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
           f'font-family="DejaVu Sans, Verdana, sans-serif" font-size="12" role="img" aria-label="{html.escape(title)}">',
           f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
           f'<text x="14" y="24" font-size="16" font-weight="bold" fill="#1a1a1a">{html.escape(title)}</text>',
           f'<text x="14" y="43" fill="#555555">{html.escape(note)}</text>']
    bottom = top + len(rows) * line
    for index, (name, ours) in enumerate(rows):
        y = top + index * line
        if index % 2 == 0:
            out.append(f'<rect x="0" y="{y}" width="{width}" height="{line}" fill="#f4f5f7"/>')
        out.append(f'<text x="{left - 12}" y="{y + 15}" text-anchor="end" fill="{"#0b5fa5" if ours else "#1a1a1a"}" '
                   f'font-weight="{"bold" if ours else "normal"}">{html.escape(name)}</text>')
    for number, (heading, cells, more) in enumerate(columns):
        x0 = left + number * (panel + gap)
        shown = [c for _, by, _ in columns for c in by.values()] if one_scale else list(cells.values())
        low = math.floor(math.log10(max(1e-9, min(c.low for c in shown))) * 2) / 2
        high = math.ceil(math.log10(max(1e-9, max(c.high for c in shown))) * 2) / 2
        if high - low < 0.5:
            high = low + 0.5

        def at(value):
            return x0 + panel * (math.log10(max(value, 10 ** low)) - low) / (high - low)

        out.append(f'<text x="{x0}" y="{top - 22}" font-weight="bold" fill="#1a1a1a">{html.escape(heading)}</text>')
        out.append(f'<text x="{x0}" y="{top - 8}" font-size="10" fill="#555555">{"more" if more else "less"} is better</text>')
        whole = range(math.ceil(low), math.floor(high) + 1)
        ticks = [10.0 ** e for e in whole] if len(whole) > 1 else [
            m * 10.0 ** e for e in range(math.floor(low), math.ceil(high) + 1) for m in (1, 2, 5) if low <= math.log10(m) + e <= high]
        if len(ticks) > 5:
            ticks = ticks[::2]
        for tick in ticks:
            x = at(tick)
            out.append(f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}" stroke="#d0d4da"/>')
            out.append(f'<text x="{x:.1f}" y="{bottom + 15}" text-anchor="middle" font-size="10" fill="#555555">{tick_text(tick)}</text>')
        for index, (name, ours) in enumerate(rows):
            cell = cells.get(name)
            if cell is None:
                continue
            y = top + index * line + line / 2
            colour = "#0b5fa5" if ours else "#c4541a"
            out.append(f'<line x1="{at(cell.low):.1f}" y1="{y}" x2="{at(cell.high):.1f}" y2="{y}" stroke="{colour}" '
                       'stroke-width="2" opacity="0.45"/>')
            out.append(f'<circle cx="{at(cell.mid):.1f}" cy="{y}" r="4.5" fill="{colour}"><title>{html.escape(name)}: '
                       f'{short(cell.mid)} ({short(cell.low)} to {short(cell.high)})</title></circle>')
    out.append(f'<text x="14" y="{height - 12}" font-size="10" fill="#555555">Dot: median. Line: smallest to largest of the '
               f'iterations. Logarithmic scales{"" if one_scale else ", one for each panel"}.</text></svg>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")
    return True


def tick_text(value):
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{sign}"
    return f"{value:g}"


# ---------------------------------------------------------------------------------------------------------------- the chapters

class Chapters:
    def __init__(self, results, folder):
        self.results, self.folder, self.text, self.goals = results, folder, [], []

    def add(self, *parts):
        self.text.extend(parts)

    def plot(self, file, title, note, rows, columns, one_scale=False):
        if dot_plot(os.path.join(self.folder, file), title, note, rows, columns, one_scale):
            self.add(f"![{title}]({file})\n")

    def goal(self, text, ours, theirs, wanted, higher=True):
        """Ours against the best of theirs: a ratio of which more is better, to be at least `wanted`."""
        theirs = {name: cell for name, cell in theirs.items() if cell is not None}
        if ours is None or not theirs:
            return
        best = (max if higher else min)(theirs, key=lambda name: theirs[name].mid)
        ratio = Ratio(ours, theirs[best])
        self.goals.append((text, best, ratio if higher else ratio.inverse(), wanted))

    def limit(self, text, cell, most, unit):
        if cell is not None:
            self.goals.append((f"{text} ≤ {most} {unit}", f"{short(cell.mid)} {unit}", Ratio(Cell([most], unit), medians(cell)), 1))

    def least(self, text, cell, least):
        if cell is not None:
            self.goals.append((f"{text} ≥ {least}", short_jain(cell.mid), Ratio(medians(cell), Cell([least], "")), 1))

    # ------------------------------------------------------------------------------------------------ 1

    def borrow(self):
        get = self.results.get
        peers = [p for p in PEERS if p in self.results.values("Borrow.borrowUseGiveBack", "peer")]
        if not peers:
            return
        self.add("## Borrow and give back, platform threads\n",
                 "Thousand operations per second, all threads together, held for nothing, no clock on the way; bytes allocated "
                 "per operation with one thread. Fairness and waits of the same crowds stand below: a throughput alone says "
                 "nothing where somebody waits.\n")
        columns, rows = [], []
        for threads, objects, head in THREADS:
            cells = {p: thousand_per_second(get("Borrow.borrowUseGiveBack", threads=threads, peer=p, objects=str(objects)))
                     for p in peers}
            cells = {p: c for p, c in cells.items() if c}
            if cells:
                columns.append((head, cells, True))
        allocated = {p: get("Borrow.borrowUseGiveBack", "gc.alloc.rate.norm", threads=1, peer=p, objects="10") for p in peers}
        for peer in peers:
            rows.append([PEERS[peer]] + [with_spread(c.get(peer)) for _, c, _ in columns]
                        + [f"{allocated[peer].mid:.0f}" if allocated[peer] else "–"])
        self.add(table(["peer"] + [h for h, _, _ in columns] + ["B/op"], rows))
        self.plot("borrow-platform.svg", "Borrow and give back: platform threads, held for nothing", "operations per second",
                  [(PEERS[p], p in OURS) for p in peers],
                  [(h, whole({PEERS[p]: c for p, c in cells.items()}), m) for h, cells, m in columns])
        uncrowded = [column for column in columns if column[0] != THREADS[3][2]]
        for head, cells, _ in uncrowded:
            for target, name in (("STORMPOT_NO_EXPIRY", "Stormpot's thread-safe tap without expiry"), ("CONCURRENT_BAG", "ConcurrentBag")):
                self.goal(f"affine ≥ {name}: {head}", cells.get("PPOOL_AFFINE"), {target: cells.get(target)}, 1)
        for head, cells, _ in uncrowded:
            for our in ("PPOOL_LIFO", "PPOOL_FIFO"):
                self.goal(f"{our[6:].lower()} ≥ every peer that keeps an order: {head}", cells.get(our),
                          {p: cells.get(p) for p in ORDERED}, 1)
        for head, cells, _ in uncrowded:
            for our in ("PPOOL_LIFO", "PPOOL_FIFO"):
                self.goal(f"{our[6:].lower()} ≥ 5 × Commons Pool: {head}", cells.get(our), {"COMMONS_POOL": cells.get("COMMONS_POOL")}, 5)
        for our in OURS:
            cell = get("Borrow.borrowUseGiveBack", "gc.alloc.rate.norm", threads=1, peer=our, objects="10")
            self.limit(f"one allocation (of at most 64 B) per uncontended borrow: {our[6:].lower()}", cell, 64, "B")

    def borrowers(self):
        get = self.results.get
        name = "Borrowers.round"
        peers = [p for p in PEERS if p in self.results.values(name, "peer")]
        crowds = [c for c in CROWDS if c in self.results.values(name, "crowd")]
        if not peers or not crowds:
            return
        self.add("## Borrow and give back: who waits, and for how long\n",
                 "Each borrower has its waits noted (two readings of the clock an operation, so throughputs are lower than above). Waits in "
                 "microseconds; the longest is of all rounds. Jain's index is 1 if all borrowers got the same and 1/n if one got everything. "
                 "Bold: peers that share evenly here (Jain ≥ 0.99); the throughput of the others is not to be had together with short waits. "
                 "Virtual threads that hold the object for nothing and never wait are not interrupted by the JVM: two of them run and the "
                 "others never do, whoever lends; that Jain index is the scheduler's.\n")
        for crowd in crowds:
            metric = lambda peer, key: get(name, key, peer=peer, crowd=crowd)
            measured = [p for p in peers if metric(p, "throughput")]
            throughput = {p: thousand_per_second(metric(p, "throughput")) for p in measured}
            jain = {p: metric(p, "jain") for p in measured}
            longest = {p: micros(metric(p, "wait.longest")) for p in measured}
            self.add(f"### {CROWDS[crowd]}\n")
            rows = [[f"**{PEERS[p]}**" if jain[p].mid >= FAIR_INDEX else PEERS[p], with_spread(throughput[p]), short_jain(jain[p].mid)]
                    + [short(micros(metric(p, key)).mid) for key in ("wait.mean", "wait.p50.0", "wait.p99.0", "wait.p99.9")]
                    + [short(longest[p].high), f"{metric(p, 'allocated').mid:.0f}"] for p in measured]
            self.add(table(["peer", "thousand/s", "Jain", "mean wait", "p50", "p99", "p99.9", "longest", "B/op"], rows))
            self.plot(f"borrowers-{crowd.lower().replace('_', '-')}.svg", CROWDS[crowd],
                      "throughput, longest wait of a round, Jain's fairness index", [(PEERS[p], p in OURS) for p in measured],
                      [("operations per second", whole({PEERS[p]: throughput[p] for p in measured}), True),
                       ("longest wait, ms", {PEERS[p]: longest[p].mapped(lambda x: x / 1e3, "ms") for p in measured}, False),
                       ("Jain's index", {PEERS[p]: jain[p] for p in measured}, True)])
            others = [p for p in measured if not p.startswith("PPOOL")]
            even = [p for p in others if jain[p].mid >= FAIR_INDEX]
            worst = {p: longest[p].by_round(lambda samples: [max(samples)], "µs") for p in measured}
            for our in [p for p in OURS if p in measured]:
                strategy = our[6:].lower()
                if crowd.endswith("_YIELD"):
                    self.goal(f"{strategy} ahead of every peer, those that starve their waiters too: {CROWDS[crowd]}", throughput[our],
                              {p: throughput[p] for p in others}, 1)
                    self.goal(f"{strategy} ahead of every peer that is fair here (Jain ≥ {FAIR_INDEX}): {CROWDS[crowd]}", throughput[our],
                              {p: throughput[p] for p in even}, 1)
                    self.least(f"{strategy}: Jain, {CROWDS[crowd]}", jain[our], FAIR_INDEX)
                    self.goal(f"{strategy}: longest wait ≤ 2 × the best fair peer's: {CROWDS[crowd]}", worst[our],
                              {p: worst[p] for p in even}, 0.5, higher=False)
                if crowd == "P8_OF_2":
                    self.goal(f"{strategy} ahead of every peer that promises to be fair: {CROWDS[crowd]}", throughput[our],
                              {p: throughput[p] for p in others if p in FAIR}, 1)

    # ------------------------------------------------------------------------------------------------ 2

    def hand_over(self):
        get = self.results.get
        for name, head in (("HandOver.aMillion", "Handing over a million trivial tasks, ten at a time"),
                           ("OneByOne.oneByOne", "Handing over one task after the other, all ten workers free")):
            ways = [w for w in PEERS if w in self.results.values(name, "way")]
            if not ways:
                continue
            cells = {s: {w: thousand_per_second(per_second(get(name, "task", way=w, virtualSubmitter=s))) for w in ways}
                     for s in ("false", "true")}
            cells = {s: {w: c for w, c in by.items() if c} for s, by in cells.items()}
            ways = [w for w in ways if w in cells["false"] or w in cells["true"]]
            allocated = {w: get(name, "allocated", way=w, virtualSubmitter="true") for w in ways}
            self.add(f"## {head}\n", "Thousand tasks per second, from the first that is handed over until the last has run. Erlang's are handed "
                     "over by a process.\n")
            self.add(table(["to whom", "by a platform thread", "by a virtual thread", "B/task"],
                           [[PEERS[w], with_spread(cells["false"].get(w)), with_spread(cells["true"].get(w)),
                             f"{allocated[w].mid:.0f}" if allocated[w] else "–"] for w in ways]))
            if name == "OneByOne.oneByOne":
                self.round_trips(name, ways)
            self.plot("handover-million.svg" if name.endswith("Million") else "handover-one-by-one.svg", head, "tasks per second",
                      [(PEERS[w], w.startswith("PPOOL")) for w in ways],
                      [("platform submitter", whole({PEERS[w]: c for w, c in cells["false"].items()}), True),
                       ("virtual submitter", whole({PEERS[w]: c for w, c in cells["true"].items()}), True)])
            if name.endswith("Million"):
                for s, who in (("false", "platform"), ("true", "virtual")):
                    ours = cells[s].get("PPOOL_ASYNC_QUEUE")
                    self.goal(f"asyncQueue ≥ ThreadPoolExecutor, {who} submitter", ours,
                              {"THREAD_POOL_EXECUTOR": cells[s].get("THREAD_POOL_EXECUTOR")}, 1)
                    self.goal(f"asyncQueue ≥ 2 × Pekko's router, {who} submitter", ours, {"PEKKO_ROUTER": cells[s].get("PEKKO_ROUTER")}, 2)
                    self.goal(f"asyncQueue ≥ 20 × LYSE's ppool on Erlang, {who} submitter", ours,
                              {"LYSE_ASYNC_QUEUE": cells["true"].get("LYSE_ASYNC_QUEUE")}, 20)
        self.submitters()

    def round_trips(self, name, ways):
        rows = []
        for way in ways:
            row = [PEERS[way]]
            for virtual in ("false", "true"):
                for metric in ("wait.p50.0", "wait.p99.0", "wait.p99.9", "wait.longest"):
                    cell = micros(self.results.get(name, metric, way=way, virtualSubmitter=virtual))
                    row.append("–" if cell is None else short(cell.high if metric == "wait.longest" else cell.mid))
            rows.append(row)
        self.add("How long each took, from there to back, in microseconds: by a platform thread, then by a virtual one.\n")
        self.add(table(["to whom"] + ["p50", "p99", "p99.9", "longest"] * 2, rows))

    def submitters(self):
        name = "Submitters.handOver"
        for count in self.results.values(name, "submitters"):
            def metric(way, key):
                return self.results.get(name, key, way=way, submitters=count)

            ways = [w for w in PEERS if metric(w, "throughput")]
            if not ways:
                continue
            self.add(f"## {int(count):,} virtual threads hand over, and wait until there is room\n",
                     "Ten tasks at a time, each of which lets other threads run once. Waits in microseconds.\n")
            self.add(table(["to whom", "thousand/s", "Jain", "mean wait", "p50", "p99", "p99.9", "longest", "B/task"],
                           [[PEERS[w], with_spread(thousand_per_second(metric(w, "throughput"))), short_jain(metric(w, "jain").mid)]
                            + [short(micros(metric(w, key)).mid) for key in ("wait.mean", "wait.p50.0", "wait.p99.0", "wait.p99.9")]
                            + [short(micros(metric(w, "wait.longest")).high), f"{metric(w, 'allocated').mid:.0f}"] for w in ways]))

    # ------------------------------------------------------------------------------------------------ processes

    def processes(self):
        mails = ("PPOOL", "PPOOL_CALLER_RUNS", "PEKKO", "OTP")
        pieces = [("calls of one caller, thousand/s", "Calls.call", {"callers": "1"}),
                  ("calls of eight callers, thousand/s", "Calls.call", {"callers": "8"}),
                  ("a million messages, thousand/s", "Sends.aMillion", {}), ("a hop in a ring of a hundred, µs", "Ring.hop", {})]
        nanos = [{m: self.results.get(benchmark, mail=m, **params) for m in mails} for _, benchmark, params in pieces]
        if not any(any(by.values()) for by in nanos):
            return
        shown = [{m: micros(c) if text.endswith("µs") else thousand_per_second(per_second(c)) for m, c in by.items()}
                 for (text, _, _), by in zip(pieces, nanos)]
        self.add("## Processes\n", "Virtual threads call one server, one call after the other; messages and hops are those of bare processes. "
                 "Pekko's call is an ask. With callerRuns a caller runs the server's call-back by itself while the server is idle.\n")
        self.add(beside(mails, [(text, by) for (text, _, _), by in zip(pieces, shown)]))
        heads = ("1 caller, calls/s", "8 callers, calls/s", "messages/s", "a hop, µs")
        self.plot("processes.svg", "Processes", "calls, messages and hops", [(PEERS[m], m.startswith("PPOOL")) for m in mails],
                  [(head, {PEERS[m]: c for m, c in by.items() if c} if head.endswith("µs")
                    else whole({PEERS[m]: c for m, c in by.items() if c}), not head.endswith("µs")) for head, by in zip(heads, shown)])
        one, eight, send, hop = nanos
        self.goal("one caller, callerRuns ≥ 10 × OTP", one["PPOOL_CALLER_RUNS"], {"OTP": one["OTP"]}, 10, higher=False)
        self.goal("one caller ≥ OTP", one["PPOOL"], {"OTP": one["OTP"]}, 1, higher=False)
        for ours in ("PPOOL", "PPOOL_CALLER_RUNS"):
            self.goal(f"eight callers{'' if ours == 'PPOOL' else ', callerRuns'} ≥ OTP", eight[ours], {"OTP": eight["OTP"]}, 1, higher=False)
        self.goal("a million messages ≥ OTP", send["PPOOL"], {"OTP": send["OTP"]}, 1, higher=False)
        self.goal("a hop ≤ OTP's", hop["PPOOL"], {"OTP": hop["OTP"]}, 1, higher=False)

    # ------------------------------------------------------------------------------------------------ 3

    def supervision(self):
        get = self.results.get
        keepers = ("PPOOL", "PPOOL_LISTENER", "PEKKO", "OTP")
        without_listener = ("PPOOL", "PEKKO", "OTP")

        def one(benchmark, metric=""):
            by = {k: get(benchmark, metric, keeper=k) for k in keepers}
            if benchmark.startswith("OneForAll"):
                by["PPOOL"] = next((c for (n, _, p, m), c in self.results.cells.items() if n == benchmark and not p and m == metric), None)
            return by

        in_micros = [("start and end of a child, one after the other", "Supervision.startAndEnd", ""),
                     ("killed → restarted, one at a time, mean of 10,000 in a row", "Supervision.restartOneByOne", ""),
                     ("– the median", "Supervision.restartOneByOne", "median"),
                     ("– the first hundred", "Supervision.restartOneByOne", "first100"),
                     ("– the last hundred", "Supervision.restartOneByOne", "last100"),
                     ("– p99", "Supervision.restartOneByOne", "p99"),
                     ("– the longest", "Supervision.restartOneByOne", "longest"),
                     ("killed → restarted, 10,000 at the same time, for each", "Flood.restartFlood", "")]
        rows = [(text, {k: micros(c) for k, c in one(benchmark, metric).items()}) for text, benchmark, metric in in_micros]
        if any(any(by.values()) for _, by in rows):
            self.add("## Supervision\n", "Microseconds for each child, driven by a virtual thread (OTP: by a process). Pekko restarts an "
                     "actor in place when it throws; OTP and ppool kill a process and start another. Without any log. The supervisors of "
                     "pools and of the Spring Boot starter's trees have a listener.\n")
            self.add(beside(keepers, rows))
            self.plot("supervision.svg", "Supervision", "microseconds for each child", [(PEERS[k], k.startswith("PPOOL")) for k in keepers],
                      [(head, {PEERS[k]: c for k, c in by.items() if c}, False)
                       for head, (_, by) in zip(("start and end", "", "restart, median", "first hundred", "last hundred", "", "", "flood"), rows)
                       if head])
        rows = [("one of 1,000 killed, one_for_all: until all run again, ms", one("OneForAll.restartThousand"))]
        for text, metric in (("start of 100,000, ms", "start"), ("stop of 100,000, ms", "stop"),
                             ("whichChildren of 100,000, ms", "whichChildren"), ("countChildren of 100,000, ms", "countChildren"),
                             ("heap of one idle child, bytes", "heap"), ("resident memory of one idle child, bytes", "resident")):
            for warm, when in (("true", ""), ("false", ", in a JVM that has just started")):
                rows.append((text + when, {k: get("Crowds.startLookStop", metric, keeper=k, children="100000", warm=warm) for k in without_listener}))
        for text, metric in (("start of 1,000,000, ms", "start"), ("stop of 1,000,000, ms", "stop"),
                             ("whichChildren of 1,000,000, ms", "whichChildren"),
                             ("heap of one idle child of 1,000,000, bytes", "heap"), ("resident memory of one, bytes", "resident")):
            rows.append((text, {k: get("Crowds.startLookStop", metric, keeper=k, children="1000000", warm="true") for k in without_listener}))
        rows = [(text, by) for text, by in rows if any(by.values())]
        if rows:
            self.add(beside(without_listener, rows))
        start_end, restart = one("Supervision.startAndEnd"), one("Supervision.restartOneByOne", "median")
        first_hundred = one("Supervision.restartOneByOne", "first100")
        for ours, with_what in (("PPOOL", ""), ("PPOOL_LISTENER", ", with a listener")):
            for peer, name in (("OTP", "OTP"), ("PEKKO", "Pekko")):
                self.goal(f"start and end of a child{with_what} ≥ {name}", start_end[ours], {peer: start_end[peer]}, 1, higher=False)
            self.goal(f"killed → restarted{with_what} faster than OTP (first hundred of each)", first_hundred[ours],
                      {"OTP": first_hundred["OTP"]}, 1, higher=False)
            self.limit(f"killed → restarted{with_what}, one at a time, median,", micros(restart[ours]), 6, "µs")
        last, first = (one("Supervision.restartOneByOne", m)["PPOOL"] for m in ("last100", "first100"))
        if last and first:
            grown = Ratio(last, first)
            self.limit("the last hundred of 10,000 restarts beside the first,", Cell([grown.low, grown.mid, grown.high], "×"), 1.3, "×")
        for metric, text, most, unit in (("heap", "heap of one idle supervised worker", 1536, "B"),
                                         ("resident", "resident memory of one idle supervised worker", 2048, "B"),
                                         ("whichChildren", "whichChildren of 100,000", 10, "ms")):
            self.limit(text, get("Crowds.startLookStop", metric, keeper="PPOOL", children="100000", warm="true"), most, unit)

    # ------------------------------------------------------------------------------------------------ 4

    def growth(self):
        rows, columns = [], {}
        series = []
        for (name, _, params, metric), cell in sorted(self.results.cells.items()):
            if metric or name not in ("PoolGrowth.borrowGiveBack", "QueueGrowth.joinAndLeave", "ChildrenGrowth.startAndEnd"):
                continue
            have = dict(params)
            kind, size = next((k, int(have[k])) for k in ("workers", "queued", "children") if k in have)
            text = {"workers": f"borrow and give back, {have.get('strategy', '').lower()}, of so many workers",
                    "queued": "a task joins and leaves a queue of so many", "children": "start and end a child beside so many"}[kind]
            if text not in series:
                series.append(text)
            columns.setdefault(size, {})[text] = cell
        if not series:
            return
        sizes = sorted(columns)
        self.add("## Growth\n", "Nanoseconds for one operation, by how many there are already.\n")
        self.add(table([""] + [f"{size:,}" for size in sizes],
                       [[text] + [with_spread(columns[size].get(text)) for size in sizes] for text in series]))
        self.plot("growth.svg", "What one operation costs, by size", "nanoseconds", [(text, True) for text in series],
                  [(f"{size:,}", columns[size], False) for size in sizes], one_scale=True)

    # ------------------------------------------------------------------------------------------------ the rest

    def goal_table(self):
        rows = []
        for text, best, ratio, wanted in self.goals:
            verdict = "met" if ratio.low >= wanted else "**not met**" if ratio.high < wanted else (
                "within the spread, rather met" if ratio.mid >= wanted else "within the spread, rather not met")
            rows.append([text, PEERS.get(best, best), f"{ratio.mid:.2f} <sub>{ratio.low:.2f}–{ratio.high:.2f}</sub>", f"{wanted:g}", verdict])
        return table(["goal", "best of the others (or the value)", "ratio", "wanted", ""], rows)


def medians(cell):
    """With the spread of the rounds, not of the iterations: what a limit is held against."""
    if len(cell.rounds) < 2:
        return cell
    return Cell([statistics.median(samples) for samples in cell.rounds.values()], cell.unit)


def short_jain(value):
    return f"{value:.3f}"


def machine_text(folder, otp):
    with open(os.path.join(folder, "machine.json"), encoding="utf-8") as file:
        facts = json.load(file)
    try:
        commit = subprocess.run(["git", "-C", HERE, "log", "-1", "--format=%h", "--", os.path.join(HERE, os.pardir, "ppool-core", "src", "main")], capture_output=True, text=True,
                                check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        commit = "unknown"
    libraries = ", ".join(f"{name[8:]} {version}" for name, version in facts.items()
                          if name.startswith("library ") and re.match(
                              r"library (stormpot|commons-pool2|HikariCP|vibur|reactor-pool|spring-core|resilience4j-bulkhead|pekko-actor-typed|jmh)", name))
    erlang = f", Erlang/OTP {otp}" if otp else ""
    return (f"the core of ppool at commit {commit}; plan `{facts['plan']}`; {facts['cores']} cores, {facts['memory']}, {facts['os']}; "
            f"{facts['jdk']}{erlang}. {libraries}.\n")


def write_csv(path, cells):
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["benchmark", "threads", "parameters", "metric", "unit", "median", "smallest", "largest", "samples"])
        for (name, threads, params, metric), cell in sorted(cells.items()):
            out.writerow([name, threads, " ".join(f"{k}={v}" for k, v in params), metric or "score", cell.unit, f"{cell.mid:.6g}",
                          f"{cell.low:.6g}", f"{cell.high:.6g}", len(cell.samples)])


def main():
    source = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "target", "benchmarks")
    folder = sys.argv[2] if len(sys.argv) > 2 else os.path.join(HERE, os.pardir, "docs", "benchmarks")
    os.makedirs(folder, exist_ok=True)
    cells = load(source)
    otp = load_erlang(source, cells)
    if not cells:
        sys.exit(f"no results in {source}: run the benchmarks first")
    chapters = Chapters(Results(cells), folder)
    chapters.borrow()
    chapters.borrowers()
    chapters.hand_over()
    chapters.processes()
    chapters.supervision()
    chapters.growth()
    with open(os.path.join(folder, "results.md"), "w", encoding="utf-8") as file:
        file.write("# Results\n\nWritten by `ppool-benchmarks/report.py`; what they mean is in [README.md](README.md).\n\n"
                   + machine_text(source, otp) + "\nEvery number is the median of the iterations, with the smallest and the largest beside it.\n\n"
                   + ("## Goals\n\n" + chapters.goal_table() + "\n" if chapters.goals else "") + "\n".join(chapters.text))
    write_csv(os.path.join(folder, "results.csv"), cells)
    for goal in chapters.goal_table().splitlines():
        print(re.sub("</?sub>|\\*\\*", "", goal))


if __name__ == "__main__":
    main()

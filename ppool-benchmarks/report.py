#!/usr/bin/env python3
"""Turns the files that `Run` has left in a folder into docs/benchmarks: results.md (tables), results.csv (every cell)
and SVG plots.

Usage: report.py [--keep] [FOLDER WITH THE JSON FILES] [FOLDER TO WRITE TO]
       report.py --again [FOLDER]
       report.py --check [FOLDER]

With --keep, cells that were not measured now stay as they are in the results.csv of the folder that is written to. A
ratio is never taken between a cell that is kept and one that is new. With --again, text and plots of published results
are written anew from their results.csv, and with --check they are compared with those that are there: the test of this
program. Every cell is the median of all its measured iterations, over all rounds; beside it the smallest and the
largest. The goals are ratios within a round, where all peers were measured one after the other: the median of the
rounds, the smallest and the largest. With a single round the spread is the one that the extremes of both would give.
Cells that were not measured are left out. Needs nothing but Python 3.8.
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
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

PEERS = {
    "PPOOL_LIFO": "ppool lifo", "PPOOL_FIFO": "ppool fifo", "PPOOL_AFFINE": "ppool affine",
    "PPOOL_LIFO_LEAK_DETECTION": "ppool lifo, leak detection",
    "STORMPOT_NO_EXPIRY": "Stormpot, thread-safe tap, no expiry", "STORMPOT": "Stormpot, thread-safe tap",
    "STORMPOT_VIRTUAL_NO_EXPIRY": "Stormpot, virtual-thread-safe tap, no expiry",
    "STORMPOT_SINGLE_NO_EXPIRY": "Stormpot, a tap for each thread, no expiry",
    "CONCURRENT_BAG": "Hikari ConcurrentBag, padded",
    "ARRAY_BLOCKING_QUEUE": "ArrayBlockingQueue", "ARRAY_BLOCKING_QUEUE_FAIR": "ArrayBlockingQueue, fair",
    "LINKED_BLOCKING_DEQUE": "LinkedBlockingDeque", "LINKED_TRANSFER_QUEUE": "LinkedTransferQueue",
    "COMMONS_POOL": "Commons Pool 2",
    "COMMONS_POOL_FAIR": "Commons Pool 2, fair", "VIBUR": "Vibur", "VIBUR_FAIR": "Vibur, fair",
    "REACTOR_POOL": "reactor-pool",
    "PPOOL_ASYNC_QUEUE": "ppool asyncQueue", "PPOOL_SYNC_QUEUE": "ppool syncQueue", "PPOOL_RUN": "ppool run",
    "THREAD_POOL_EXECUTOR": "ThreadPoolExecutor", "THREAD_POOL_EXECUTOR_VIRTUAL": "ThreadPoolExecutor, virtual threads",
    "SEMAPHORE_BY_SUBMITTER": "virtual threads, semaphore before",
    "SEMAPHORE_IN_TASK": "virtual threads, semaphore inside", "SPRING_SIMPLE_ASYNC": "Spring SimpleAsyncTaskExecutor",
    "RESILIENCE4J": "resilience4j ThreadPoolBulkhead", "PEKKO_ROUTER": "Pekko typed pool router",
    "LYSE_ASYNC_QUEUE": "Erlang, LYSE's ppool: async_queue", "LYSE_SYNC_QUEUE": "Erlang, LYSE's ppool: sync_queue",
    "LYSE_RUN": "Erlang, LYSE's ppool: run", "PPOOL": "ppool", "PPOOL_LISTENER": "ppool with a listener",
    "PEKKO": "Pekko typed", "OTP": "Erlang/OTP",
    "PPOOL_CALLER_RUNS": "ppool, callerRuns",
    "PPOOL_STARTER": "ppool, starter", "PPOOL_EXECUTOR": "ppool as executor", "PPOOL_CORE": "ppool-core alone",
    "BOOT_EXECUTOR": "Boot's ThreadPoolTaskExecutor",
    "CLUSTER_LIMIT": "cluster-limit on", "CLUSTER": "cluster-limit off",
    "HIKARI": "HikariCP, getConnection",
    "DB_SCHEDULER_LOCK": "db-scheduler, lock-and-fetch 4/20", "DB_SCHEDULER_FETCH": "db-scheduler, fetch",
    "JOBRUNR": "JobRunr",
    "MAP_OF_EXECUTORS": "a map of executors", "STRIPED_EXECUTOR": "ten striped executors",
    "GUAVA_SEQUENCER": "Guava's ExecutionSequencer",
    "ORDERED_CONTEXT": "an ordered context for each key",
    "JDBC": "plain JDBC", "PROCESS": "a bare Process of each thread",
}
# Peers whose objects come back in an order that the library promises; then peers that promise to serve waiters in turn.
# Fairness in a crowd is measured: a peer that starves its waiters passes the objects among a few threads that run,
# which costs no thread switch.
ORDERED = ["ARRAY_BLOCKING_QUEUE", "ARRAY_BLOCKING_QUEUE_FAIR", "LINKED_BLOCKING_DEQUE", "LINKED_TRANSFER_QUEUE",
           "COMMONS_POOL",
           "COMMONS_POOL_FAIR", "VIBUR", "VIBUR_FAIR", "REACTOR_POOL"]
FAIR_INDEX = 0.99
# Why some of them are no goals: the decisions.
PLAIN_STORE = STARVING = "[ADR 34](../adr/0034-comparisons-that-are-no-goals.md)"
FAIR = ["ARRAY_BLOCKING_QUEUE_FAIR", "LINKED_TRANSFER_QUEUE", "COMMONS_POOL_FAIR", "VIBUR_FAIR", "REACTOR_POOL"]
OURS = ["PPOOL_LIFO", "PPOOL_FIFO", "PPOOL_AFFINE"]
CROWDS = {
    "P8_OF_2": "8 platform threads, 2 objects",
    "V64_NOTHING": "64 virtual threads, 10 objects, held for nothing",
    "V64_YIELD": "64 virtual threads, 10 objects, held across a yield",
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

KEPT_FROM = "Kept from an earlier run: "


class Kept(Cell):
    """A cell of earlier results, of which the samples are gone."""

    def __init__(self, mid, low, high, unit, count, rounds):
        super().__init__([], unit)
        self.kept = mid, low, high
        self.count = count
        self.rounds = {n: [value] for n, value in rounds.items()} if len(rounds) > 1 else {1: [low, mid, high]}

    mid = property(lambda self: self.kept[0])
    low = property(lambda self: self.kept[1])
    high = property(lambda self: self.kept[2])

    def mapped(self, f, unit):
        mid, *ends = map(f, self.kept)
        return Kept(mid, min(ends), max(ends), unit, self.count,
                    {n: f(values[0]) for n, values in self.rounds.items() if len(values) == 1})

    def by_round(self, f, unit):
        made = Cell([], unit)
        made.rounds = {1: f([self.low, self.mid, self.high])}
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


# The names that otp.escript and lyse.escript print, with the benchmarks that measure the same.
ERLANG_NAMES = {"startAndEnd": "Supervision.startAndEnd", "restartOneByOne": "Supervision.restartOneByOne",
                "restartFlood": "Flood.restartFlood", "restartThousand": "OneForAll.restartThousand",
                "aMillion": "HandOver.aMillion", "oneByOne": "OneByOne.oneByOne"}


# The names that otp-processes.escript prints.
ERLANG_PROCESSES = {"call-1": ("Calls.call", (("callers", "1"), ("mail", "OTP"))),
                    "call-8": ("Calls.call", (("callers", "8"), ("mail", "OTP"))),
                    "send": ("Sends.aMillion", (("mail", "OTP"),)), "ring": ("Ring.hop", (("mail", "OTP"),))}


def erlang_key(name):
    """The benchmark and its parameters, from its name in a script."""
    if name in ERLANG_PROCESSES:
        return ERLANG_PROCESSES[name]
    if name.startswith("crowd-"):
        return "Crowds.startLookStop", (("children", name[6:]), ("keeper", "OTP"), ("warm", "true"))
    if "." in name:
        benchmark, way = name.split(".")
        # by a process, which is as a virtual thread
        return ERLANG_NAMES[benchmark], (("virtualSubmitter", "true"), ("way", way))
    return ERLANG_NAMES[name], (("keeper", "OTP"),)


def files(folder, extension):
    """(path, number of the round), the rounds in order."""
    found = [(path, re.fullmatch(r".*-(\d+)\." + extension, os.path.basename(path)))
             for path in glob.glob(os.path.join(folder, "*." + extension))]
    return sorted(((path, int(match.group(1))) for path, match in found if match), key=lambda each: (each[1], each[0]))


def load_erlang(folder, cells):
    """Adds the cells of Erlang; answers its release, None if it was not measured."""
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
                cells.setdefault((benchmark, 1, params, metric), Cell([], words[2], number)).add([float(words[1])],
                                                                                                 number)
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


# JMH's parameters that say which peer it is.
PEER_PARAMETERS = ("peer", "way", "keeper", "mail", "taker", "source", "starter", "starting", "library", "speaker")


def comparison(key):
    """The comparison of a cell: its name without the peer and the metric."""
    name, threads, params, _ = key
    return name, threads, tuple(p for p in params if p[0] not in PEER_PARAMETERS)


def keep(path, cells):
    """Adds the cells of earlier results whose comparison was not measured now.

    Answers the names of the benchmarks that are kept.
    """
    if not os.path.exists(path):
        return set()
    now = {comparison(key) for key in cells}
    kept = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            params = tuple(tuple(word.split("=", 1)) for word in row["parameters"].split())
            key = row["benchmark"], int(row["threads"]), params, "" if row["metric"] == "score" else row["metric"]
            if comparison(key) not in now:
                rounds = dict(word.split("=") for word in (row.get("rounds") or "").split())
                kept[key] = Kept(float(row["median"]), float(row["smallest"]), float(row["largest"]), row["unit"],
                                 int(row["samples"]),
                                 {int(n): float(value) for n, value in rounds.items()})
    cells.update(kept)
    return {key[0].split(".")[0] for key in kept}


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


# -------------------------------------------------------------------------------------------------------------- numbers

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
    if cell.low == cell.high:
        return short(cell.mid)
    return f"{short(cell.mid)} <sub>{short(cell.low)}–{short(cell.high)}</sub>"


def thousand_per_second(cell):
    return cell and cell.mapped(lambda x: x / 1e3, "thousand/s")


def per_second(cell):
    """From nanoseconds per operation, or another unit of time."""
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
    return table([""] + [PEERS[peer] for peer in peers],
                 [[text] + [with_spread(by[peer]) for peer in peers] for text, by in rows])


# ------------------------------------------------------------------------------------------------------------- the plot

# The colours of the plots, and what takes their place for a reader that prefers dark.
DARK = {"#ffffff": "#14181f", "#f4f5f7": "#1b212b", "#1a1a1a": "#e3e8f0", "#555555": "#a3aebd", "#d0d4da": "#3a4454",
        "#0b5fa5": "#6aa8e8", "#c4541a": "#f0a070"}


def svg_head(width, height, title):
    """The beginning of a plot: its size, its words for readers that do not see it, its colours in the dark, its page.

    A rule of a style sheet goes before a colour that is an attribute, so readers without style sheets see the light
    plot.
    """
    rules = " ".join(f'[{of}="{light}"]{{{of}:{dark}}}' for light, dark in DARK.items() for of in ("fill", "stroke"))
    return [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            f'font-family="DejaVu Sans, Verdana, sans-serif" font-size="12" role="img" '
            f'aria-label="{html.escape(title)}">',
            f'<style>@media (prefers-color-scheme: dark) {{ {rules} }}</style>',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>']


def dot_plot(path, title, note, rows, columns, one_scale=False):
    """One line per row, one panel per column: a dot at the median, a whisker from the smallest to the largest.

    rows: [(name, whether it is ours)]; columns: [(heading, {name: Cell}, whether more is better)]. All panels are
    logarithmic, each with a scale of its own unless they are to have the same.
    """
    rows = [row for row in rows if any(row[0] in cells for _, cells, _ in columns)]
    columns = [column for column in columns if column[1]]
    if not rows or not columns:
        return False
    left = 40 + round(7.6 * max(len(name) for name, _ in rows))
    panel, gap, line, top = 180, 40, 22, 84
    width = max(left + len(columns) * (panel + gap), 30 + round(9.6 * len(title)), 560) + 10
    height = top + len(rows) * line + 52
    out = [*svg_head(width, height, title),
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
        out.append(f'<text x="{x0}" y="{top - 8}" font-size="10" fill="#555555">{"more" if more else "less"} is '
                   f'better</text>')
        whole = range(math.ceil(low), math.floor(high) + 1)
        ticks = [10.0 ** e for e in whole] if len(whole) > 1 else [
            m * 10.0 ** e for e in range(math.floor(low), math.ceil(high) + 1) for m in (1, 2, 5)
            if low <= math.log10(m) + e <= high]
        if len(ticks) > 5:
            ticks = ticks[::2]
        for tick in ticks:
            x = at(tick)
            out.append(f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}" stroke="#d0d4da"/>')
            out.append(f'<text x="{x:.1f}" y="{bottom + 15}" text-anchor="middle" font-size="10" '
                       f'fill="#555555">{tick_text(tick)}</text>')
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
    out.append(f'<text x="14" y="{height - 12}" font-size="10" fill="#555555">Dot: median. Line: smallest to largest '
               f'of the iterations. Logarithmic scales{"" if one_scale else ", one for each panel"}.</text></svg>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")
    return True


def tick_text(value):
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{sign}"
    return f"{value:g}"


def ratio_plot(path, title, rows):
    """A bar for each ratio, from one to the median, with a line from the smallest to the largest of the rounds.

    rows: [(group, operation, peer, Ratio)]; more is better.
    """
    line, gap, top, left, panel = 22, 34, 62, 470, 300
    groups = []
    for row in rows:
        if row[0] not in groups:
            groups.append(row[0])
    most = max(1.5, max(r.mid for *_, r in rows))
    least = min(1.0, min(r.mid for *_, r in rows))
    low, high = math.log10(least) - 0.05, math.log10(most) + 0.05
    width, height = left + panel + 80, top + len(groups) * gap + len(rows) * line + 46

    def at(value):
        return left + panel * (min(max(math.log10(value), low), high) - low) / (high - low)

    out = [*svg_head(width, height, title),
           f'<text x="14" y="24" font-size="16" font-weight="bold" fill="#1a1a1a">{html.escape(title)}</text>',
           '<text x="14" y="43" fill="#555555">The speed of ppool, divided by that of the other; a bar to the right of '
           'the line means that ppool is ahead.</text>']
    y = top
    bottom = height - 46
    for group in groups:
        out.append(f'<text x="14" y="{y + 22}" font-weight="bold" fill="#1a1a1a">{html.escape(group)}</text>')
        y += gap
        for index, (_, text, instead, ratio) in enumerate([row for row in rows if row[0] == group]):
            if index % 2 == 0:
                out.append(f'<rect x="0" y="{y}" width="{width}" height="{line}" fill="#f4f5f7"/>')
            colour = "#0b5fa5" if ratio.mid >= 1 else "#c4541a"
            start, end = sorted((at(1), at(ratio.mid)))
            out.append(f'<text x="26" y="{y + 15}" fill="#1a1a1a">{html.escape(text)}</text>')
            out.append(f'<text x="{left - 12}" y="{y + 15}" text-anchor="end" '
                       f'fill="#555555">{html.escape(instead)}</text>')
            out.append(f'<rect x="{start:.1f}" y="{y + 4}" width="{max(1.5, end - start):.1f}" height="{line - 8}" '
                       f'fill="{colour}" opacity="0.8">'
                       f'<title>{html.escape(text)}: {ratio.mid:.2f} ({ratio.low:.2f} to {ratio.high:.2f}) times '
                       f'{html.escape(instead)}</title></rect>')
            out.append(f'<line x1="{at(ratio.low):.1f}" y1="{y + line / 2}" x2="{at(ratio.high):.1f}" '
                       f'y2="{y + line / 2}" stroke="#1a1a1a" opacity="0.5"/>')
            out.append(f'<text x="{left + panel + 70}" y="{y + 15}" text-anchor="end" font-weight="bold" '
                       f'fill="{colour}">{times(ratio.mid)}</text>')
            y += line
    out.append(f'<line x1="{at(1):.1f}" y1="{top}" x2="{at(1):.1f}" y2="{bottom}" stroke="#1a1a1a"/>')
    out.append(f'<text x="{at(1):.1f}" y="{bottom + 15}" text-anchor="middle" font-size="10" fill="#555555">as '
               f'fast</text>')
    for tick in (0.1, 10, 100):
        if low < math.log10(tick) < high:
            out.append(f'<line x1="{at(tick):.1f}" y1="{top}" x2="{at(tick):.1f}" y2="{bottom}" stroke="#d0d4da"/>')
            out.append(f'<text x="{at(tick):.1f}" y="{bottom + 15}" text-anchor="middle" font-size="10" '
                       f'fill="#555555">{tick:g} ×</text>')
    out.append(f'<text x="14" y="{height - 12}" font-size="10" fill="#555555">Bar: median of the rounds. Line: '
               f'smallest to largest round. '
               'Logarithmic scale.</text></svg>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")


def times(value):
    return f"{value:.0f} ×" if value >= 10 else f"{value:.1f} ×" if value >= 2 else f"{value:.2f} ×"


# --------------------------------------------------------------------------------------------------------- the chapters

class Chapters:
    def __init__(self, results, folder):
        self.results, self.folder, self.text, self.goals, self.declinations = results, folder, [], [], []

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

    def declined(self, text, ours, theirs, adr, higher=True):
        """A former goal: the ratio is told, with the decision against it."""
        theirs = {name: cell for name, cell in theirs.items() if cell is not None}
        if ours is not None and theirs:
            best = (max if higher else min)(theirs, key=lambda name: theirs[name].mid)
            ratio = Ratio(ours, theirs[best])
            self.declinations.append((text, best, ratio if higher else ratio.inverse(), adr))

    def limit(self, text, cell, most, unit):
        if cell is not None:
            self.goals.append((f"{text} ≤ {most} {unit}", f"{short(cell.mid)} {unit}",
                               Ratio(Cell([most], unit), medians(cell)), 1))

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
                 "Thousand operations per second, all threads together, held for nothing, no clock on the way; bytes "
                 "allocated per operation with one thread. Fairness and waits of the same crowds stand below: a "
                 "throughput alone says nothing where callers wait.\n")
        columns, rows = [], []
        for threads, objects, head in THREADS:
            cells = {p: thousand_per_second(get("Borrow.borrowUseGiveBack", threads=threads, peer=p,
                                                objects=str(objects)))
                     for p in peers}
            cells = {p: c for p, c in cells.items() if c}
            if cells:
                columns.append((head, cells, True))
        allocated = {p: get("Borrow.borrowUseGiveBack", "gc.alloc.rate.norm", threads=1, peer=p, objects="10")
                     for p in peers}
        for peer in peers:
            rows.append([PEERS[peer]] + [with_spread(c.get(peer)) for _, c, _ in columns]
                        + [f"{allocated[peer].mid:.0f}" if allocated[peer] else "–"])
        self.add(table(["peer"] + [h for h, _, _ in columns] + ["B/op"], rows))
        self.plot("borrow-platform.svg", "Borrow and give back: platform threads, held for nothing",
                  "operations per second",
                  [(PEERS[p], p in OURS) for p in peers],
                  [(h, whole({PEERS[p]: c for p, c in cells.items()}), m) for h, cells, m in columns])
        uncrowded = [column for column in columns if column[0] != THREADS[3][2]]
        for head, cells, _ in uncrowded:
            self.goal(f"affine ≥ ConcurrentBag: {head}", cells.get("PPOOL_AFFINE"),
                      {"CONCURRENT_BAG": cells.get("CONCURRENT_BAG")}, 1)
            self.goal(f"affine ≥ Stormpot's thread-safe tap as it comes: {head}", cells.get("PPOOL_AFFINE"),
                      {"STORMPOT": cells.get("STORMPOT")}, 1)
            self.declined(f"affine beside Stormpot's thread-safe tap without expiry: {head}", cells.get("PPOOL_AFFINE"),
                          {"STORMPOT_NO_EXPIRY": cells.get("STORMPOT_NO_EXPIRY")}, PLAIN_STORE)
        for head, cells, _ in uncrowded:
            for our in ("PPOOL_LIFO", "PPOOL_FIFO"):
                self.goal(f"{our[6:].lower()} ≥ every peer that keeps an order: {head}", cells.get(our),
                          {p: cells.get(p) for p in ORDERED}, 1)
        for head, cells, _ in uncrowded:
            for our in ("PPOOL_LIFO", "PPOOL_FIFO"):
                self.goal(f"{our[6:].lower()} ≥ 5 × Commons Pool: {head}", cells.get(our),
                          {"COMMONS_POOL": cells.get("COMMONS_POOL")}, 5)
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
        self.add("## Borrow and give back: the waits\n",
                 "Each borrower notes its waits. That takes two readings of the clock for each operation, so "
                 "throughputs are lower than above. Waits are in microseconds; the longest is of all rounds. Jain's "
                 "index is 1 if all borrowers got the same, and 1/n if one borrower got everything. Bold: peers that "
                 "share evenly here (Jain ≥ 0.99). The throughput of the others does not go together with short waits. "
                 "The JVM does not interrupt virtual threads that hold the object for nothing and never wait. Two of "
                 "them run, and the others never do, with each peer; that Jain index is the scheduler's.\n")
        for crowd in crowds:
            metric = lambda peer, key: get(name, key, peer=peer, crowd=crowd)
            measured = [p for p in peers if metric(p, "throughput")]
            throughput = {p: thousand_per_second(metric(p, "throughput")) for p in measured}
            jain = {p: metric(p, "jain") for p in measured}
            longest = {p: micros(metric(p, "wait.longest")) for p in measured}
            self.add(f"### {CROWDS[crowd]}\n")
            rows = [[f"**{PEERS[p]}**" if jain[p].mid >= FAIR_INDEX else PEERS[p], with_spread(throughput[p]),
                     short_jain(jain[p].mid)]
                    + [short(micros(metric(p, key)).mid)
                       for key in ("wait.mean", "wait.p50.0", "wait.p99.0", "wait.p99.9")]
                    + [short(longest[p].high), f"{metric(p, 'allocated').mid:.0f}"] for p in measured]
            self.add(table(["peer", "thousand/s", "Jain", "mean wait", "p50", "p99", "p99.9", "longest", "B/op"], rows))
            self.plot(f"borrowers-{crowd.lower().replace('_', '-')}.svg", CROWDS[crowd],
                      "throughput, longest wait of a round, Jain's fairness index",
                      [(PEERS[p], p in OURS) for p in measured],
                      [("operations per second", whole({PEERS[p]: throughput[p] for p in measured}), True),
                       ("longest wait, ms", {PEERS[p]: longest[p].mapped(lambda x: x / 1e3, "ms") for p in measured},
                        False),
                       ("Jain's index", {PEERS[p]: jain[p] for p in measured}, True)])
            others = [p for p in measured if not p.startswith("PPOOL")]
            even = [p for p in others if jain[p].mid >= FAIR_INDEX]
            worst = {p: longest[p].by_round(lambda samples: [max(samples)], "µs") for p in measured}
            for our in [p for p in OURS if p in measured]:
                strategy = our[6:].lower()
                if crowd.endswith("_YIELD"):
                    self.declined(f"{strategy} beside peers that starve their waiters: {CROWDS[crowd]}",
                                  throughput[our],
                                  {p: throughput[p] for p in others}, STARVING)
                    self.goal(f"{strategy} ahead of every peer that is fair here (Jain ≥ {FAIR_INDEX}): "
                              f"{CROWDS[crowd]}", throughput[our],
                              {p: throughput[p] for p in even}, 1)
                    self.least(f"{strategy}: Jain, {CROWDS[crowd]}", jain[our], FAIR_INDEX)
                    self.goal(f"{strategy}: longest wait ≤ 2 × the best fair peer's: {CROWDS[crowd]}", worst[our],
                              {p: worst[p] for p in even}, 0.5, higher=False)
                if crowd == "P8_OF_2":
                    self.goal(f"{strategy} ahead of every peer that promises to be fair: {CROWDS[crowd]}",
                              throughput[our],
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
            self.add(f"## {head}\n",
                     "Thousand tasks per second, from the first hand-over until the last task has run. A process hands "
                     "over those of Erlang.\n")
            self.add(table(["taker", "by a platform thread", "by a virtual thread", "B/task"],
                           [[PEERS[w], with_spread(cells["false"].get(w)), with_spread(cells["true"].get(w)),
                             f"{allocated[w].mid:.0f}" if allocated[w] else "–"] for w in ways]))
            if name == "OneByOne.oneByOne":
                self.round_trips(name, ways)
            self.plot("handover-million.svg" if name.endswith("Million") else "handover-one-by-one.svg", head,
                      "tasks per second",
                      [(PEERS[w], w.startswith("PPOOL")) for w in ways],
                      [("platform submitter", whole({PEERS[w]: c for w, c in cells["false"].items()}), True),
                       ("virtual submitter", whole({PEERS[w]: c for w, c in cells["true"].items()}), True)])
            if name.endswith("Million"):
                for s, kind in (("false", "platform"), ("true", "virtual")):
                    ours = cells[s].get("PPOOL_ASYNC_QUEUE")
                    self.goal(f"asyncQueue ≥ ThreadPoolExecutor, {kind} submitter", ours,
                              {"THREAD_POOL_EXECUTOR": cells[s].get("THREAD_POOL_EXECUTOR")}, 1)
                    self.goal(f"asyncQueue ≥ 2 × Pekko's router, {kind} submitter", ours,
                              {"PEKKO_ROUTER": cells[s].get("PEKKO_ROUTER")}, 2)
                    self.goal(f"asyncQueue ≥ 20 × LYSE's ppool on Erlang, {kind} submitter", ours,
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
        self.add("The time of each task, from the hand-over to the answer, in microseconds: by a platform thread, then "
                 "by a virtual one.\n")
        self.add(table(["taker"] + ["p50", "p99", "p99.9", "longest"] * 2, rows))

    def submitters(self):
        name = "Submitters.handOver"
        for count in self.results.values(name, "submitters"):
            def metric(way, key):
                return self.results.get(name, key, way=way, submitters=count)

            ways = [w for w in PEERS if metric(w, "throughput")]
            if not ways:
                continue
            self.add(f"## {int(count):,} virtual threads hand over, and wait until there is room\n",
                     "Ten tasks at a time; each lets other threads run once. Waits in microseconds.\n")
            self.add(table(["taker", "thousand/s", "Jain", "mean wait", "p50", "p99", "p99.9", "longest", "B/task"],
                           [[PEERS[w], with_spread(thousand_per_second(metric(w, "throughput"))),
                             short_jain(metric(w, "jain").mid)]
                            + [short(micros(metric(w, key)).mid)
                               for key in ("wait.mean", "wait.p50.0", "wait.p99.0", "wait.p99.9")]
                            + [short(micros(metric(w, "wait.longest")).high), f"{metric(w, 'allocated').mid:.0f}"]
                            for w in ways]))

    # ------------------------------------------------------------------------------------------------ processes

    def processes(self):
        mails = ("PPOOL", "PPOOL_CALLER_RUNS", "PEKKO", "OTP")
        pieces = [("calls of one caller, thousand/s", "Calls.call", {"callers": "1"}),
                  ("calls of eight callers, thousand/s", "Calls.call", {"callers": "8"}),
                  ("a million messages, thousand/s", "Sends.aMillion", {}),
                  ("a hop in a ring of a hundred, µs", "Ring.hop", {})]
        nanos = [{m: self.results.get(benchmark, mail=m, **params) for m in mails} for _, benchmark, params in pieces]
        if not any(any(by.values()) for by in nanos):
            return
        shown = [{m: micros(c) if text.endswith("µs") else thousand_per_second(per_second(c)) for m, c in by.items()}
                 for (text, _, _), by in zip(pieces, nanos)]
        self.add("## Processes\n",
                 "Virtual threads call one server, one call after the other; messages and hops are those of bare "
                 "processes. Pekko's call is an ask. With callerRuns a caller runs the server's call-back by itself "
                 "while the server is idle.\n")
        self.add(beside(mails, [(text, by) for (text, _, _), by in zip(pieces, shown)]))
        heads = ("1 caller, calls/s", "8 callers, calls/s", "messages/s", "a hop, µs")
        self.plot("processes.svg", "Processes", "calls, messages and hops",
                  [(PEERS[m], m.startswith("PPOOL")) for m in mails],
                  [(head, {PEERS[m]: c for m, c in by.items() if c} if head.endswith("µs")
                    else whole({PEERS[m]: c for m, c in by.items() if c}), not head.endswith("µs"))
                   for head, by in zip(heads, shown)])
        one, eight, send, hop = nanos
        self.goal("one caller, callerRuns ≥ 10 × OTP", one["PPOOL_CALLER_RUNS"], {"OTP": one["OTP"]}, 10, higher=False)
        self.goal("one caller ≥ OTP", one["PPOOL"], {"OTP": one["OTP"]}, 1, higher=False)
        for ours in ("PPOOL", "PPOOL_CALLER_RUNS"):
            self.goal(f"eight callers{'' if ours == 'PPOOL' else ', callerRuns'} ≥ OTP", eight[ours],
                      {"OTP": eight["OTP"]}, 1, higher=False)
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
                by["PPOOL"] = next((c for (n, _, p, m), c in self.results.cells.items() if n == benchmark and not p
                                    and m == metric), None)
            return by

        in_micros = [("start and end of a child, one after the other", "Supervision.startAndEnd", ""),
                     ("killed → restarted, one at a time, mean of 10,000 in a row", "Supervision.restartOneByOne", ""),
                     ("– the median", "Supervision.restartOneByOne", "median"),
                     ("– the first hundred", "Supervision.restartOneByOne", "first100"),
                     ("– the last hundred", "Supervision.restartOneByOne", "last100"),
                     ("– p99", "Supervision.restartOneByOne", "p99"),
                     ("– the longest", "Supervision.restartOneByOne", "longest"),
                     ("killed → restarted, 10,000 at the same time, for each", "Flood.restartFlood", "")]
        rows = [(text, {k: micros(c) for k, c in one(benchmark, metric).items()})
                for text, benchmark, metric in in_micros]
        if any(any(by.values()) for _, by in rows):
            self.add("## Supervision\n",
                     "Microseconds for each child, driven by a virtual thread (OTP: by a process). Pekko restarts an "
                     "actor in place when the actor throws; OTP and ppool kill a process and start another. There is "
                     "no log. The supervisors of pools and of the Spring Boot starter's trees have a listener.\n")
            self.add(beside(keepers, rows))
            self.plot("supervision.svg", "Supervision", "microseconds for each child",
                      [(PEERS[k], k.startswith("PPOOL")) for k in keepers],
                      [(head, {PEERS[k]: c for k, c in by.items() if c}, False)
                       for head, (_, by) in zip(("start and end", "", "restart, median", "first hundred",
                                                 "last hundred", "", "", "flood"), rows)
                       if head])
        rows = [("one of 1,000 killed, one_for_all: until all run again, ms", one("OneForAll.restartThousand"))]
        for text, metric in (("start of 100,000, ms", "start"), ("stop of 100,000, ms", "stop"),
                             ("whichChildren of 100,000, ms", "whichChildren"),
                             ("countChildren of 100,000, ms", "countChildren"),
                             ("heap of one idle child, bytes", "heap"),
                             ("resident memory of one idle child, bytes", "resident")):
            for warm, when in (("true", ""), ("false", ", in a JVM that has just started")):
                rows.append((text + when, {k: get("Crowds.startLookStop", metric, keeper=k, children="100000",
                                                  warm=warm) for k in without_listener}))
        for text, metric in (("start of 1,000,000, ms", "start"), ("stop of 1,000,000, ms", "stop"),
                             ("whichChildren of 1,000,000, ms", "whichChildren"),
                             ("heap of one idle child of 1,000,000, bytes", "heap"),
                             ("resident memory of one, bytes", "resident")):
            rows.append((text, {k: get("Crowds.startLookStop", metric, keeper=k, children="1000000", warm="true")
                                for k in without_listener}))
        rows = [(text, by) for text, by in rows if any(by.values())]
        if rows:
            self.add(beside(without_listener, rows))
        start_end, restart = one("Supervision.startAndEnd"), one("Supervision.restartOneByOne", "median")
        first_hundred = one("Supervision.restartOneByOne", "first100")
        for ours, with_what in (("PPOOL", ""), ("PPOOL_LISTENER", ", with a listener")):
            for peer, name in (("OTP", "OTP"), ("PEKKO", "Pekko")):
                self.goal(f"start and end of a child{with_what} ≥ {name}", start_end[ours], {peer: start_end[peer]}, 1,
                          higher=False)
            self.goal(f"killed → restarted{with_what} faster than OTP (first hundred of each)", first_hundred[ours],
                      {"OTP": first_hundred["OTP"]}, 1, higher=False)
            self.limit(f"killed → restarted{with_what}, one at a time, median,", micros(restart[ours]), 6, "µs")
        last, first = (one("Supervision.restartOneByOne", m)["PPOOL"] for m in ("last100", "first100"))
        if last and first:
            grown = Ratio(last, first)
            self.limit("the last hundred of 10,000 restarts beside the first,",
                       Cell([grown.low, grown.mid, grown.high], "×"), 1.3, "×")
        for metric, text, most, unit in (("heap", "heap of one idle supervised worker", 1536, "B"),
                                         ("resident", "resident memory of one idle supervised worker", 2048, "B"),
                                         ("whichChildren", "whichChildren of 100,000", 10, "ms")):
            self.limit(text, get("Crowds.startLookStop", metric, keeper="PPOOL", children="100000", warm="true"), most,
                       unit)

    # ------------------------------------------------------------------------------------------------ 4

    def growth(self):
        rows, columns = [], {}
        series = []
        for (name, _, params, metric), cell in sorted(self.results.cells.items()):
            if metric or name not in ("PoolGrowth.borrowGiveBack", "QueueGrowth.joinAndLeave",
                                      "ChildrenGrowth.startAndEnd"):
                continue
            have = dict(params)
            kind, size = next((k, int(have[k])) for k in ("workers", "queued", "children") if k in have)
            text = {"workers": f"borrow and give back, {have.get('strategy', '').lower()}, of so many workers",
                    "queued": "a task joins and leaves a queue of so many",
                    "children": "start and end a child beside so many"}[kind]
            if text not in series:
                series.append(text)
            columns.setdefault(size, {})[text] = cell
        if not series:
            return
        sizes = sorted(columns)
        self.add("## Growth\n", "Nanoseconds for one operation, by the number of elements that are there already.\n")
        self.add(table([""] + [f"{size:,}" for size in sizes],
                       [[text] + [with_spread(columns[size].get(text)) for size in sizes] for text in series]))
        self.plot("growth.svg", "The cost of one operation, by size", "nanoseconds", [(text, True) for text in series],
                  [(f"{size:,}", columns[size], False) for size in sizes], one_scale=True)

    # ------------------------------------------------------------------------------------------------ the starter

    def starter(self):
        get = self.results.get
        settings = [("DEFAULTS", "actuator, metrics, contexts: all defaults"), ("SPANS", "a span for each task"),
                    ("BARE", "the starter alone")]
        takers = ("PPOOL_STARTER", "PPOOL_EXECUTOR", "BOOT_EXECUTOR", "PPOOL_CORE")
        tasks = {s: {t: thousand_per_second(per_second(get("StarterQueue.tasks", "task", taker=t, setting=s)))
                     for t in takers}
                 for s, _ in settings}
        if not any(by["PPOOL_EXECUTOR"] for by in tasks.values()):  # results from before there were executors
            takers = tuple(t for t in takers if t != "PPOOL_EXECUTOR")
        if any(any(by.values()) for by in tasks.values()):
            self.add("## In a Spring Boot application: tasks\n",
                     "Thousand tasks per second: 300,000 trivial tasks that a platform thread "
                     "hands over to ten workers, from the first until the last has run. Boot's executor has its meters "
                     "and Boot's context propagation; for spans it has a decorator that makes the same observation.\n")
            self.add(beside(takers, [(text, tasks[s]) for s, text in settings if any(tasks[s].values())]))
            self.plot("starter-tasks.svg", "Tasks in a Spring Boot application", "tasks per second",
                      [(PEERS[t], t.startswith("PPOOL")) for t in takers],
                      [(head, whole({PEERS[t]: c for t, c in tasks[s].items() if c}), True)
                       for (s, _), head in zip(settings, ("all defaults", "with spans", "the starter alone"))],
                      one_scale=True)
        for setting, text in settings[:2]:
            self.goal(f"starter ≥ Boot's executor: {text}", tasks[setting]["PPOOL_STARTER"],
                      {"BOOT_EXECUTOR": tasks[setting]["BOOT_EXECUTOR"]}, 1)
            if tasks[setting]["PPOOL_EXECUTOR"]:
                self.goal(f"executor ≥ Boot's executor: {text}", tasks[setting]["PPOOL_EXECUTOR"],
                          {"BOOT_EXECUTOR": tasks[setting]["BOOT_EXECUTOR"]}, 1)
        self.goal("starter ≥ 0.9 × the core: tasks, the starter alone", tasks["BARE"]["PPOOL_STARTER"],
                  {"PPOOL_CORE": tasks["BARE"]["PPOOL_CORE"]}, 0.9)
        self.starter_borrow()
        self.starter_cluster()
        self.starter_start()
        self.starter_pools()

    def starter_borrow(self):
        sources = ("PPOOL_STARTER", "HIKARI", "PPOOL_CORE")
        rows = []
        for setting, threads, text in (("DEFAULTS", 1, "all defaults, 1 thread"),
                                       ("DEFAULTS", 2, "all defaults, 2 threads"),
                                       ("USAGE", 1, "measure-usage on, 1 thread")):
            rows.append((text, {s: thousand_per_second(self.results.get("StarterBorrow.borrowUseGiveBack",
                                                                        threads=threads, source=s, setting=setting))
                                for s in sources}))
        if not any(any(by.values()) for _, by in rows):
            return
        self.add("## In a Spring Boot application: borrow and give back\n",
                 "Thousand operations per second, all threads together, ten workers. "
                 "HikariCP has its Micrometer tracker, and connections that lead to no database.\n")
        self.add(beside(sources, [(text, by) for text, by in rows if any(by.values())]))
        self.plot("starter-borrow.svg", "Borrow and give back in a Spring Boot application", "operations per second",
                  [(PEERS[s], s.startswith("PPOOL")) for s in sources],
                  [(text, whole({PEERS[s]: c for s, c in by.items() if c}), True) for text, by in rows], one_scale=True)
        for text, by in rows[:2]:
            self.goal(f"starter ≥ 0.9 × the core: borrow, {text}", by["PPOOL_STARTER"],
                      {"PPOOL_CORE": by["PPOOL_CORE"]}, 0.9)
            self.goal(f"starter ≥ 2 × HikariCP: borrow, {text}", by["PPOOL_STARTER"], {"HIKARI": by["HIKARI"]}, 2)
        text, by = rows[2]
        self.goal(f"starter ≥ 0.5 × the core: borrow, {text}", by["PPOOL_STARTER"], {"PPOOL_CORE": by["PPOOL_CORE"]},
                  0.5)

    def starter_cluster(self):
        settings = ("CLUSTER_LIMIT", "CLUSTER")
        uses = (("TASKS", "tasks, asyncQueue"), ("BORROW", "borrow and give back, 1 thread"))
        ratios = [(text, {s: thousand_per_second(per_second(self.results.get("Limited.alternate", metric, use=use)))
                          for s, metric in zip(settings, ("on", "off"))}) for use, text in uses]
        ratios = [(text, by) for text, by in ratios if any(by.values())]
        rows = ratios or [
            ("tasks, asyncQueue",
             {s: thousand_per_second(per_second(self.results.get("StarterQueue.tasks", "task", taker="PPOOL_STARTER",
                                                                 setting=s)))
              for s in settings}),
            ("borrow and give back, 1 thread",
             {s: thousand_per_second(self.results.get("StarterBorrow.borrowUseGiveBack", threads=1,
                                                      source="PPOOL_STARTER", setting=s))
              for s in settings})]
        rows = [(text, by) for text, by in rows if any(by.values())]
        if not rows:
            return
        self.add("## In a Spring Boot application: a limit over the cluster\n",
                 "Thousand per second, with ppool-cluster and a database on "
                 "the class path. Each worker holds a permit while it lives, so a task or a lease needs no statement."
                 + (" Both pools are in one JVM and are used by turns.\n" if ratios else "\n"))
        self.add(beside(settings, rows))
        for text, by in rows:
            self.goal(f"cluster-limit on ≥ 0.95 × off: {text}", by["CLUSTER_LIMIT"], {"CLUSTER": by["CLUSTER"]}, 0.95)

    def starter_start(self):
        starters = ("PPOOL", "RESILIENCE4J")
        heads = {"PPOOL": "ppool, three pools of five",
                 "RESILIENCE4J": "resilience4j, three thread-pool bulkheads of five"}
        metrics = (("wall", "wall time, ms", 1), ("cpu", "processor time, ms", 1), ("classes", "classes", 1),
                   ("heap", "heap, KiB", 1024), ("resident", "resident memory, KiB", 1024))

        def added(starter, metric, aot):
            return self.results.get("StartUp.pair", metric, starter=starter, aot=aot)

        for aot, head in (("false", ""), ("true", ", with an AOT cache")):
            measured = [s for s in starters if added(s, "wall.added", aot)]
            if not measured:
                continue
            self.add(f"## In a Spring Boot application: the start{head}\n",
                     "The cost that each starter adds to the start of an application with "
                     "actuator and metrics: pairs of JVMs, with the starter and without it. The first line is the "
                     "application without.\n")
            lines = [["the application without ppool"] + [short(added(measured[0], f"{m}.without", aot).mid / d)
                                                          for m, _, d in metrics]]
            for s in measured:
                cells = [added(s, f"{m}.added", aot) for m, _, _ in metrics]
                lines.append([heads[s]] + [with_spread(c and c.mapped(lambda x: x / d, ""))
                                           for c, (_, _, d) in zip(cells, metrics)])
            self.add(table(["added"] + [h for _, h, _ in metrics], lines))
            for metric, text, _ in metrics:
                theirs = {s: added(s, f"{metric}.added", aot) for s in measured if s != "PPOOL"}
                theirs = {s: c for s, c in theirs.items() if c and c.mid > 0}
                ours = added("PPOOL", f"{metric}.added", aot)
                if ours and ours.mid > 0:
                    self.goal(f"start{head}: added {text.split(',')[0]} ≤ the best of the others", single(ours),
                              {s: single(c) for s, c in theirs.items()},
                              1, higher=False)
            self.limit(f"start{head}: added wall time", added("PPOOL", "wall.added", aot), 50, "ms")

    def starter_pools(self):
        starts = ("PPOOL_STARTER", "PPOOL_CORE")
        sizes = ("1000", "10000")
        get = lambda metric, s, n: self.results.get("PoolsCrowd.startIdleClose", metric, starting=s, pools=n)
        rows = [(f"{int(n):,} pools: {text}", {s: c and c.mapped(lambda x: x / d, "")
                                               for s, c in ((s, get(m, s, n)) for s in starts)})
                for n in sizes for m, text, d in (("start", "start, ms", 1),
                                                  ("ready", "until all workers are made, ms", 1),
                                                  ("heap", "heap of each, KiB", 1024),
                                                  ("resident", "resident memory of each, KiB", 1024),
                                                  ("close", "close, ms", 1))]
        rows = [(text, by) for text, by in rows if any(by.values())]
        if not rows:
            return
        self.add("## Very many pools\n", "Idle pools of five workers each.\n")
        self.add(beside(starts, rows))
        for s in starts:
            self.limit(f"10,000 idle pools, {PEERS[s]}: memory of each", micro_kib(get("heap", s, "10000")), 20, "KiB")
            self.limit(f"10,000 idle pools, {PEERS[s]}: close", get("close", s, "10000"), 5000, "ms")
            few, many = get("start", s, "1000"), get("start", s, "10000")
            if few and many:
                self.limit(f"start of 10,000 pools, {PEERS[s]}, beside ten times that of 1,000,",
                           Cell([many.mid / (10 * few.mid)], "×"), 1.3, "×")

    # ------------------------------------------------------------------------------------------------ durable tasks

    def durable(self):
        """Tasks in a database. `share` is left out: a cell has one share only."""
        libraries = ("PPOOL", "PPOOL_STARTER", "DB_SCHEDULER_LOCK", "DB_SCHEDULER_FETCH", "JOBRUNR")
        drain = lambda metric, work="NOTHING", nodes="1", engine="POSTGRES", waiting="0": {
            l: self.results.get("Drain.all", metric, library=l, work=work, nodes=nodes, engine=engine, waiting=waiting)
            for l in libraries}
        kinds = [("that do nothing, one node", {}), ("that do nothing, two nodes", {"nodes": "2"}),
                 ("that write a row, in its transaction", {"work": "WRITE"}),
                 ("that do nothing, H2 in a file", {"engine": "H2_FILE"})]
        heads = dict(zip((text for text, _ in kinds), ("one node", "two nodes", "each a transaction", "H2 file")))
        speeds = [(text, {l: per_second(c) for l, c in drain("task", **given).items()}) for text, given in kinds]
        speeds = [(text, by) for text, by in speeds if any(by.values())]
        if speeds:
            self.add("## Durable tasks: throughput\n",
                     "Tasks per second that one node of ten workers runs, or two of them, from a PostgreSQL "
                     "that has the tasks already. *ppool* is the engine alone, as db-scheduler and JobRunr are here; "
                     "*ppool, starter* is an application with the starter, actuator and meters. A ppool task that "
                     "writes a row commits it together with its own end; a db-scheduler task commits the row, and its "
                     "end after it.\n")
            self.add(beside(libraries, speeds))
            self.plot("durable-drain.svg", "Durable tasks", "tasks per second",
                      [(PEERS[l], l.startswith("PPOOL")) for l in libraries],
                      [(heads[text], {PEERS[l]: c for l, c in by.items() if c}, True) for text, by in speeds])
        costs = [(text, {l: micros(c) for l, c in drain("database", **given).items()}) for text, given in kinds[:3]]
        costs = [(text, by) for text, by in costs if any(by.values())]
        if costs:
            self.add("## Durable tasks: the cost for the database\n",
                     "Processor time of all processes of PostgreSQL for each task, in "
                     "microseconds.\n")
            self.add(beside(libraries, costs))
        sizes = sorted({int(w) for w in self.results.values("Drain.all", "waiting")})
        both = ("PPOOL", "DB_SCHEDULER_LOCK")
        grown = [(f"{size:,} tasks in the table", {l: per_second(drain("task", waiting=str(size))[l]) for l in both})
                 for size in sizes if size]
        if grown:
            self.add("## Durable tasks: growth\n",
                     "Tasks per second, while so many tasks of three priorities are in the table. Half of them are "
                     "due, and half are due tomorrow.\n")
            self.add(beside(both, speeds[:1] + grown))
        inserts = ("PPOOL", "JDBC", "DB_SCHEDULER_FETCH", "JOBRUNR")
        insert = lambda metric, batch: {l: self.results.get("Inserts.all", metric, library=l, batch=batch)
                                        for l in inserts}
        rows = [(text, {l: per_second(c) for l, c in insert("task", batch).items()})
                for batch, text in (("1", "each in a transaction of its own"),
                                    ("1000", "a thousand in each transaction"))]
        if any(any(by.values()) for _, by in rows):
            self.add("## Durable tasks: the hand-over\n",
                     "Tasks per second that one thread hands over. Plain JDBC inserts into ppool's table.\n")
            self.add(beside(inserts, [(text, by) for text, by in rows if any(by.values())]))
        begin = lambda metric: {l: micros(self.results.get("BeginLatency.all", metric, library=l)) for l in libraries}
        rows = [(text, begin(metric)) for metric, text in (("wait.p50.0", "median, µs"), ("wait.p99.0", "p99, µs"))]
        if any(any(by.values()) for _, by in rows):
            self.add("## Durable tasks: from the hand-over to the begin\n",
                     "From before the insert until the task begins, on the same idle node. "
                     "The commit writes to the disk. JobRunr polls every five seconds, its shortest interval.\n")
            self.add(beside(libraries, rows))

        fastest = ("DB_SCHEDULER_LOCK", "DB_SCHEDULER_FETCH")
        others = lambda by: {l: by[l] for l in fastest}
        for (text, given), least in zip(kinds, (4, 4, 1.5, 4)):
            by = drain("task", **given)
            self.goal(f"durable tasks {text} ≥ {least:g} × db-scheduler", by["PPOOL"], others(by), least, higher=False)
        for text, given in kinds[:2]:
            by = drain("database", **given)
            # The ratio is turned round: how many times as much the others take.
            self.goal(f"durable tasks {text}: database time ≤ 0.15 × db-scheduler's", by["PPOOL"], others(by), 1 / 0.15,
                      higher=False)
        for batch, text in (("1", "one by one"), ("1000", "batches of 1,000")):
            by = insert("task", batch)
            self.goal(f"durable tasks, hand-over {text} ≥ 0.9 × plain JDBC", by["PPOOL"], {"JDBC": by["JDBC"]}, 0.9,
                      higher=False)
        p50 = begin("wait.p50.0")["PPOOL"]
        self.limit("durable tasks, from the hand-over to the begin, median,",
                   p50 and p50.mapped(lambda x: x / 1e3, "ms"), 5, "ms")

    # ------------------------------------------------------------------------------------------------ programs

    def ports(self):
        """Programs as workers. A bare process has no time-out and no check; each thread has one for itself."""
        name = "PortRequests.ask"
        heads = {"PPOOL_AFFINE": "ppool affine", "PPOOL": "ppool lifo", "PROCESS": PEERS["PROCESS"]}
        lengths = self.results.values(name, "length")
        get = lambda threads, length, metric="": {
            s: self.results.get(name, metric, threads=threads, speaker=s, length=length) for s in heads}
        columns = [(f"{threads} {'thread' if threads == 1 else 'threads'}, {int(length):,} bytes", get(threads, length))
                   for length in lengths for threads in (1, 2)]
        columns = [(head, {s: thousand_per_second(c) for s, c in by.items() if c}) for head, by in columns]
        columns = [(head, by) for head, by in columns if by]
        if not columns:
            return
        self.add("## Requests to programs\n",
                 "Thousand requests per second, all threads together, to `cat`, which gives each line back. Each "
                 "thread borrows a port for each request, beside a bare `Process` of its own, which has no time-out "
                 "and no check of the answer. The kernel decides on which processor a program runs, and these figures "
                 "scatter by that.\n")
        self.add(table(["way"] + [head for head, _ in columns],
                       [[heads[s]] + [with_spread(by.get(s)) for _, by in columns] for s in heads]))
        self.plot("ports.svg", "Requests to programs", "requests per second",
                  [(heads[s], s.startswith("PPOOL")) for s in heads],
                  [(head, whole({heads[s]: c for s, c in by.items()}), True) for head, by in columns])
        for head, by in columns:
            self.goal(f"requests to programs, {head}: ≥ 0.9 × a bare process", by.get("PPOOL_AFFINE"),
                      {"PROCESS": by.get("PROCESS")}, 0.9)

    # ------------------------------------------------------------------------------------------------ keys

    def keys(self):
        name = "KeyedHandOver.aMillion"
        get = self.results.get
        counts = sorted(self.results.values(name, "keys"), key=int)
        ways = [w for w in PEERS if w in self.results.values(name, "way")]
        columns = [(f"{int(count):,} keys", {w: thousand_per_second(per_second(get(name, "task", way=w, keys=count)))
                                             for w in ways})
                   for count in counts]
        columns = [(head, {w: c for w, c in by.items() if c}) for head, by in columns]
        if not any(by for _, by in columns):
            return
        self.add("## Tasks with keys\n",
                 "Thousand tasks per second, of a million trivial tasks. The tasks of a key run one at a time, in the "
                 "order of their hand-over, and ten keys have a thread each. The peers are the ways in which "
                 "applications write this by hand. None of them has a limit for what waits, a plan for a task that "
                 "fails, or a way to forget a key.\n")
        allocated = {w: [get(name, "allocated", way=w, keys=count) for count in counts] for w in ways}
        self.add(table(["way"] + [head for head, _ in columns] + [f"B/task, {int(count):,}" for count in counts],
                       [[PEERS[w]] + [with_spread(by.get(w)) for _, by in columns] + [f"{c.mid:.0f}" if c else "–"
                                                                                      for c in allocated[w]]
                        for w in ways]))
        self.plot("keys.svg", "Tasks with keys", "tasks per second", [(PEERS[w], w == "PPOOL") for w in ways],
                  [(head, whole({PEERS[w]: c for w, c in by.items()}), True) for head, by in columns])
        for head, by in columns:
            self.goal(f"tasks with {head}: ≥ the best of the ways by hand", by.get("PPOOL"),
                      {w: c for w, c in by.items() if w != "PPOOL"}, 1)

    # ------------------------------------------------------------------------------------------------ observers

    def observers(self):
        name = "Observed.alternate"
        uses = {"TASKS": "trivial tasks", "BORROW": "nothing but borrowing"}
        cells = {use: self.results.get(name, "ratio", use=use) for use in uses}
        if not any(cells.values()):
            return
        self.add("## Observers\n",
                 "The work of an application beside three observers, each with a snapshot a second, as a part of its "
                 "work alone. One JVM does both by turns, since two JVMs differ by more than this. The observers' code "
                 "is compiled before, and there is no HTTP between.\n")
        self.add(table(["work", "observed : alone"],
                       [[uses[use], with_spread(cell)] for use, cell in cells.items() if cell]))
        for use, cell in cells.items():
            self.least(f"beside three observers, {uses[use]}", cell, 0.99)

    # ------------------------------------------------------------------------------------------------ the summary

    def summary(self):
        """ppool beside the libraries that a user would pick instead.

        Each row is (group, text, peer, ratio of which more is better).
        """
        get = self.results.get
        rows = []

        def row(group, text, instead, ours, theirs, higher):
            if ours is not None and theirs is not None and theirs.mid > 0 and ours.mid > 0:
                ratio = Ratio(ours, theirs)
                rows.append((group, text, instead, ratio if higher else ratio.inverse()))

        app = "In a Spring Boot application"
        for setting, text in (("DEFAULTS", "hand tasks over"), ("SPANS", "hand tasks over, a span for each")):
            row(app, text, "Boot's ThreadPoolTaskExecutor",
                *(get("StarterQueue.tasks", "task", taker=t, setting=setting)
                                                              for t in ("PPOOL_STARTER", "BOOT_EXECUTOR")), False)
        for threads, text in ((1, "borrow, one thread"), (2, "borrow, two threads")):
            row(app, text, "HikariCP's getConnection",
                *(get("StarterBorrow.borrowUseGiveBack", threads=threads, source=s, setting="DEFAULTS")
                                                         for s in ("PPOOL_STARTER", "HIKARI")), True)
        row(app, "start with three pools: time added", "resilience4j's bulkheads",
            *(single(get("StartUp.pair", "wall.added", starter=s, aot="false")) for s in ("PPOOL", "RESILIENCE4J")),
            False)

        for work, text in (("NOTHING", "durable tasks"), ("WRITE", "durable tasks, each in a transaction")):
            row(app, text, "db-scheduler", *(get("Drain.all", "task", library=l, work=work, nodes="1",
                                                 engine="POSTGRES", waiting="0")
                                             for l in ("PPOOL_STARTER", "DB_SCHEDULER_LOCK")), False)

        core = "In Java"
        for threads, peer, text in ((1, "COMMONS_POOL", "borrow, one thread"),
                                    (2, "COMMONS_POOL", "borrow, two threads"),
                                    (2, "CONCURRENT_BAG", "borrow, two threads, affine")):
            row(core, text, PEERS[peer], *(get("Borrow.borrowUseGiveBack", threads=threads, objects="10", peer=p)
                                           for p in ("PPOOL_AFFINE" if "affine" in text else "PPOOL_LIFO", peer)), True)
        row(core, "1,000 virtual threads wait for 10", PEERS["LINKED_TRANSFER_QUEUE"],
            *(get("Borrowers.round", "throughput", crowd="V1000_YIELD", peer=p)
              for p in ("PPOOL_LIFO", "LINKED_TRANSFER_QUEUE")), True)
        for peer in ("THREAD_POOL_EXECUTOR", "PEKKO_ROUTER"):
            row(core, "hand over a million tasks", PEERS[peer],
                *(get("HandOver.aMillion", "task", way=w, virtualSubmitter="false")
                  for w in ("PPOOL_ASYNC_QUEUE", peer)), False)

        otp = "Supervision and processes"
        for peer in ("OTP", "PEKKO"):
            row(otp, "start and end a child", PEERS[peer],
                *(get("Supervision.startAndEnd", keeper=k) for k in ("PPOOL", peer)), False)
        row(otp, "killed → restarted", PEERS["OTP"],
            *(get("Supervision.restartOneByOne", "first100", keeper=k) for k in ("PPOOL", "OTP")), False)
        for peer in ("OTP", "PEKKO"):
            row(otp, "call a server, one caller", PEERS[peer],
                *(get("Calls.call", callers="1", mail=m) for m in ("PPOOL", peer)), False)
        return rows

    def summary_text(self):
        rows = self.summary()
        if not rows:
            return ""
        ratio_plot(os.path.join(self.folder, "summary.svg"), "ppool, beside the libraries that you would pick instead",
                   rows)
        return ("## Summary\n\n![ppool, beside the libraries that you would pick instead](summary.svg)\n\nEach bar is "
                "a ratio taken in one run: the speed of ppool, divided by that of the library beside it. Tables, goals "
                "and the machine follow.\n\n")

    # ------------------------------------------------------------------------------------------------ the rest

    def goal_table(self):
        rows = []
        for text, best, ratio, wanted in self.goals:
            verdict = "met" if ratio.low >= wanted else "**not met**" if ratio.high < wanted else (
                "within the spread, rather met" if ratio.mid >= wanted else "within the spread, rather not met")
            rows.append([text, PEERS.get(best, best), f"{ratio.mid:.2f} <sub>{ratio.low:.2f}–{ratio.high:.2f}</sub>",
                         f"{wanted:g}", verdict])
        return table(["goal", "best of the others (or the value)", "ratio", "wanted", ""], rows)

    def declined_table(self):
        return table(["beside", "best of the others", "ratio", "why it is no goal"],
                     [[text, PEERS.get(best, best), f"{ratio.mid:.2f} <sub>{ratio.low:.2f}–{ratio.high:.2f}</sub>", adr]
                      for text, best, ratio, adr in self.declinations])


def single(cell):
    """A cell whose rounds are not paired: the difference of two starts is too small to be divided pair by pair."""
    return cell and Kept(cell.mid, *quartiles(cell), cell.unit, len(cell.samples), {})


def quartiles(cell):
    ends = statistics.quantiles(cell.samples, n=4) if len(cell.samples) > 3 else [cell.low, cell.mid, cell.high]
    positive = [max(x, cell.mid / 100) for x in (ends[0], ends[2])]
    return min(positive[0], cell.mid), max(positive[1], cell.mid)


def micro_kib(cell):
    return cell and cell.mapped(lambda x: x / 1024, "KiB")


def medians(cell):
    """With the spread of the rounds, not of the iterations: a limit is held against it."""
    if len(cell.rounds) < 2:
        return cell
    return Cell([statistics.median(samples) for samples in cell.rounds.values()], cell.unit)


def short_jain(value):
    return f"{value:.3f}"


def machine_text(folder, otp):
    with open(os.path.join(folder, "machine.json"), encoding="utf-8") as file:
        facts = json.load(file)
    try:
        commit = subprocess.run(["git", "-C", HERE, "log", "-1", "--format=%h", "--",
                                 *(os.path.join(HERE, os.pardir, module, "src", "main")
                                   for module in ("ppool-core", "ppool-spring-boot-starter", "ppool-cluster",
                                                  "ppool-durable"))],
                                capture_output=True, text=True,
                                check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        commit = "unknown"
    libraries = "; ".join(f"{name[8:]} {version}" for name, version in facts.items()
                          if name.startswith("library ") and re.match(
                              r"library (stormpot|commons-pool2|HikariCP|vibur|reactor-pool|postgresql|h2$"
                              r"|db-scheduler|jobrunr|spring-boot$|spring-core|resilience4j-(bulkhead|spring)"
                              r"|micrometer-core|brave$|pekko-actor-typed|jmh-core)", name))
    erlang = f", Erlang/OTP {otp}" if otp else ""
    return (f"ppool at commit {commit}; plan `{facts['plan']}`; {facts['cores']} cores, {facts['memory']}, "
            f"{facts['os']}; {facts['jdk']}{erlang}. {libraries}.\n")


def write_csv(path, cells):
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["benchmark", "threads", "parameters", "metric", "unit", "median", "smallest", "largest",
                      "samples", "rounds"])
        for (name, threads, params, metric), cell in sorted(cells.items()):
            out.writerow([name, threads, " ".join(f"{k}={v}" for k, v in params), metric or "score", cell.unit,
                          f"{cell.mid:.6g}",
                          f"{cell.low:.6g}", f"{cell.high:.6g}",
                          cell.count if isinstance(cell, Kept) else len(cell.samples),
                          " ".join(f"{n}={statistics.median(samples):.6g}"
                                   for n, samples in sorted(cell.rounds.items()))
                          if len(cell.rounds) > 1 else ""])


def earlier_machines(path, kept):
    """A line for each earlier run with results that are kept, by the file that is written anew."""
    last, before = "", {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.startswith(("ppool at commit", "the core of ppool at commit")):
                    last = line.strip()
                elif line.startswith(KEPT_FROM):
                    names, machine = line.removeprefix(KEPT_FROM).strip().split("; ", 1)
                    before.update((name, machine) for name in names.split(", "))
    runs = {}
    for name in sorted(kept):
        runs.setdefault(before.get(name, last), []).append(name)
    return "".join(f"\n{KEPT_FROM}{', '.join(names)}; {machine}\n" for machine, names in sorted(runs.items()))


def written_with(chapters, machine):
    """The text of results.md."""
    chapters.starter()
    chapters.observers()
    chapters.durable()
    chapters.borrow()
    chapters.borrowers()
    chapters.hand_over()
    chapters.keys()
    chapters.ports()
    chapters.processes()
    chapters.supervision()
    chapters.growth()
    return ("# Results\n\nWritten by `ppool-benchmarks/report.py`; [README.md](README.md) explains the results.\n\n"
            + chapters.summary_text()
            + "## The machine\n\n" + machine
            + "\nEvery number is the median of the iterations, with the smallest and the largest beside it.\n\n"
            + ("## Goals\n\n" + chapters.goal_table() + "\n" if chapters.goals else "")
            + ("## No goals\n\nOther libraries are faster at these on purpose, and the decisions tell why ppool is "
               "not.\n\n"
               + chapters.declined_table() + "\n" if chapters.declinations else "") + "\n".join(chapters.text))


def published(folder):
    """The cells of results.csv, and the paragraphs about the machine in results.md."""
    cells = {}
    keep(os.path.join(folder, "results.csv"), cells)
    with open(os.path.join(folder, "results.md"), encoding="utf-8") as file:
        text = file.read()
    machine = re.search("## The machine\n\n(.*?)\nEvery number is", text, re.DOTALL)
    return cells, machine.group(1) if machine else ""


def again(folder, target):
    """Writes text, plots and table of published results once more, from their results.csv."""
    cells, machine = published(folder)
    if not cells:
        sys.exit(f"no results in {folder}")
    return write(target, cells, machine)


def write(folder, cells, machine):
    """Writes text, plots and table; returns the chapters."""
    chapters = Chapters(Results(cells), folder)
    text = written_with(chapters, machine)
    with open(os.path.join(folder, "results.md"), "w", encoding="utf-8") as file:
        file.write(text)
    write_csv(os.path.join(folder, "results.csv"), cells)
    return chapters


def check(folder):
    """Writes the published results once more into another folder.

    They have to be the same, to the letter; else the exit code is 1.
    """
    with tempfile.TemporaryDirectory() as target:
        again(folder, target)
        written = {os.path.basename(path) for path in glob.glob(os.path.join(target, "*"))}
        there = {os.path.basename(path) for path in glob.glob(os.path.join(folder, "*"))} - {"README.md"}
        wrong = sorted(written ^ there)
        for name in sorted(written & there):
            with open(os.path.join(target, name), encoding="utf-8") as now, open(os.path.join(folder, name),
                                                                                 encoding="utf-8") as before:
                if now.read() != before.read():
                    wrong.append(name)
    if wrong:
        sys.exit(f"report.py does not write {', '.join(wrong)} as published; report.py --again writes the published "
                 f"numbers anew")
    print(f"report.py writes {len(written)} files as published")


def main():
    options = {"--keep", "--again", "--check"}
    given = options & set(sys.argv[1:])
    arguments = [argument for argument in sys.argv[1:] if argument not in options]
    published_in = os.path.join(HERE, os.pardir, "docs", "benchmarks")
    if given & {"--again", "--check"}:
        folder = arguments[0] if arguments else published_in
        again(folder, folder) if "--again" in given else check(folder)
        return
    source = arguments[0] if arguments else os.path.join(HERE, "target", "benchmarks")
    folder = arguments[1] if len(arguments) > 1 else published_in
    os.makedirs(folder, exist_ok=True)
    cells = load(source)
    otp = load_erlang(source, cells)
    text_file, csv_file = os.path.join(folder, "results.md"), os.path.join(folder, "results.csv")
    machine = machine_text(source, otp) if cells else ""
    if "--keep" in given:
        kept = keep(csv_file, cells)
        if kept:
            machine += earlier_machines(text_file, kept)
    if not cells:
        sys.exit(f"no results in {source}: run the benchmarks first")
    write(folder, cells, machine)
    # Once more from the table: it keeps a median, and the median of throughputs is not the inverse of the median time.
    chapters = again(folder, folder)
    for goal in chapters.goal_table().splitlines():
        print(re.sub("</?sub>|\\*\\*", "", goal))


if __name__ == "__main__":
    main()

// Charts over time, drawn by uPlot.

import {h, Component, createRef} from './preact.js';
import UPlot from './uplot.js';

const dark = matchMedia('(prefers-color-scheme: dark)');

/** The distances of the grid's lines for numbers that are whole. */
const WHOLE_STEPS = Array.from({length: 10}, (_, i) => [1, 2, 5].map((n) => n * 10 ** i)).flat();

function colour(element, name) {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

/**
 * A chart of a few series over ten minutes.
 *
 * `series` are `{label, kind, format(value)}`; `kind` is `main` (a filled line), `plain` or `limit` (a dashed line), so
 * that the series differ by more than a colour. `columns` are the times in seconds, then the values of each series.
 * The highest value of the axis is at least `floor`. `whole` values have no grid lines between whole numbers. Charts
 * with the same `sync` share their cursor.
 */
export class Chart extends Component {
  constructor() {
    super();
    this.box = createRef();
    this.values = createRef();
    this.again = () => this.draw();
  }

  componentDidMount() {
    this.draw();
    this.watch = new ResizeObserver(() => {
      const width = this.box.current.clientWidth;
      if (this.plot && width > 0 && width !== this.plot.width) this.plot.setSize({width, height: this.height});
    });
    this.watch.observe(this.box.current);
    dark.addEventListener('change', this.again);
  }

  componentDidUpdate(before) {
    if (before.columns !== this.props.columns && this.plot) {
      this.plot.setData(this.props.columns);
      this.tell();
    }
  }

  componentWillUnmount() {
    this.watch.disconnect();
    dark.removeEventListener('change', this.again);
    if (this.plot) this.plot.destroy();
  }

  get height() {
    return this.props.height || 150;
  }

  draw() {
    if (this.plot) this.plot.destroy();
    const box = this.box.current;
    const {series, columns, sync, format, whole, floor = 1} = this.props;
    const ink = colour(box, '--muted');
    const line = colour(box, '--line');
    const accent = colour(box, '--accent');
    const font = '11px system-ui, sans-serif';
    const axis = {stroke: ink, grid: {stroke: line, width: 1}, ticks: {show: false}, font};
    const marks = (_, splits) => splits.map((each) => format(each));
    const kinds = {
      main: {stroke: accent, fill: colour(box, '--accent-wash'), width: 1.5},
      plain: {stroke: ink, width: 1},
      limit: {stroke: ink, width: 1, dash: [4, 4]},
    };
    this.plot = new UPlot({
      width: box.clientWidth || 400,
      height: this.height,
      legend: {show: false},
      cursor: {y: false, sync: {key: sync, setSeries: false}, drag: {x: false, y: false}, points: {size: 6}},
      scales: {x: {time: true}, y: {range: (_, low, high) => [0, Math.max(high || 0, floor) * 1.08]}},
      axes: [
        {...axis, space: 70, size: 26, values: '{HH}:{mm}:{ss}', incrs: [1, 5, 10, 30, 60, 120, 300, 600]},
        {...axis, size: 52, incrs: whole ? WHOLE_STEPS : undefined, values: marks},
      ],
      series: [{}, ...series.map((each) => ({label: each.label, points: {show: false}, ...kinds[each.kind]}))],
      hooks: {setCursor: [() => this.tell()]},
    }, columns, box);
    this.tell();
  }

  /** Shows the values under the cursor, or the newest ones. */
  tell() {
    if (!this.plot || !this.values.current) return;
    const {columns, series} = this.props;
    const at = this.plot.cursor.idx ?? columns[0].length - 1;
    const when = this.plot.cursor.idx == null || at < 0
      ? 'now' : new Date(columns[0][at] * 1000).toTimeString().slice(0, 8);
    const slots = this.values.current.children;
    slots[0].textContent = when;
    series.forEach((each, s) => {
      const value = at < 0 ? null : columns[s + 1][at];
      slots[s + 1].lastChild.textContent = value == null ? '–' : each.format(value);
    });
  }

  render({title, series}) {
    return h('figure', {class: 'chart'},
      h('figcaption', null, h('span', {class: 'title'}, title),
        h('span', {class: 'values', ref: this.values}, h('span', {class: 'when num'}),
          series.map((each) => h('span', {key: each.label, class: 'value'},
            h('i', {class: 'dash ' + each.kind, 'aria-hidden': 'true'}), each.label + ' ', h('b', {class: 'num'}))))),
      h('div', {class: 'canvas', ref: this.box, role: 'img', 'aria-label': title + ' over ten minutes'}));
  }
}

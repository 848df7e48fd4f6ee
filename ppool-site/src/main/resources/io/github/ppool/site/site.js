// Four things, none of which the text needs: the search, a link at each heading, the menu of a small screen, and the
// way by keyboard to parts that are moved sideways.
'use strict';
{
  const root = document.currentScript.dataset.root;
  const input = document.getElementById('search');
  const found = document.getElementById('found');
  let index;

  // The index is loaded when the reader first asks for it.
  const load = () => index ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = root + 'search-index.js';
    script.onload = () => resolve(window.ppoolSearch);
    script.onerror = reject;
    document.head.append(script);
  });

  const score = (entry, words) => {
    const [, title, heading, text] = entry.map(part => part.toLowerCase());
    let sum = 0;
    for (const word of words) {
      const points = (heading.includes(word) ? 8 : 0) + (title.includes(word) ? 4 : 0) + (text.includes(word) ? 1 : 0);
      if (points === 0) return 0;
      sum += points;
    }
    return sum;
  };

  const search = async () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(word => word.length > 1);
    const entries = words.length === 0 ? [] : await load();
    const hits = entries.map(entry => [score(entry, words), entry]).filter(([points]) => points > 0)
      .sort((one, other) => other[0] - one[0]).slice(0, 12);
    found.replaceChildren(...hits.map(([, [address, title, heading, text]]) => {
      const item = document.createElement('li');
      const link = document.createElement('a');
      const page = document.createElement('small');
      link.href = root + address;
      link.textContent = heading;
      page.textContent = (heading === title ? '' : title + ': ') + text.slice(0, 90);
      link.append(page);
      item.append(link);
      return item;
    }));
    if (words.length > 0 && hits.length === 0) {
      const none = document.createElement('li');
      none.textContent = 'No page has all these words.';
      none.style.padding = '.5rem .8rem';
      found.append(none);
    }
  };

  input.addEventListener('input', search);
  input.addEventListener('keydown', event => {
    if (event.key === 'Escape') { input.value = ''; found.replaceChildren(); }
    if (event.key === 'Enter') found.querySelector('a')?.click();
  });
  document.addEventListener('keydown', event => {
    if (event.key === '/' && document.activeElement !== input) { event.preventDefault(); input.focus(); }
  });
  found.addEventListener('click', () => { found.replaceChildren(); });

  for (const heading of document.querySelectorAll('main :is(h1, h2, h3)[id]')) {
    const link = document.createElement('a');
    link.className = 'self';
    link.href = '#' + heading.id;
    link.textContent = '#';
    link.setAttribute('aria-label', 'Link to this section');
    heading.append(link);
  }

  const reach = () => {
    for (const part of document.querySelectorAll('main :is(pre, table, p:has(> a > img:only-child))')) {
      if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
      else part.removeAttribute('tabindex');
    }
  };
  reach();
  addEventListener('load', reach); // pictures have their width now
  addEventListener('resize', reach);

  const menu = document.getElementById('menu');
  menu.addEventListener('click', () => {
    const open = document.getElementById('navigation').classList.toggle('open');
    menu.setAttribute('aria-expanded', String(open));
  });
}

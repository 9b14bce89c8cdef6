// What an operator sees: hosts, tenants, containers, and who changes what.

import {follow, get, put} from './api.js';
import {spark} from './chart.js';
import {$, bar, bytes, count, el, event, match, page, percent, quotas, table} from './dom.js';

const EVERY = 3000;
const SERIES_EVERY = 15000;
const MOST_SERIES = 60;

export function operator(run) {
  page('operator-page');
  const samples = new Map();
  const series = new Map();
  let hosts = [];

  async function cordon(host, button) {
    // Not disabled meanwhile: that would take the focus away from who uses the keyboard.
    if (button.getAttribute('aria-busy')) return;
    button.setAttribute('aria-busy', 'true');
    try {
      await put(`/berth/v1/hosts/${host.id}`, {state: host.state === 'healthy' ? 'cordoned' : 'active'});
      await look();
    } finally {
      button.removeAttribute('aria-busy');
    }
  }

  function gauge(name, used, all, text) {
    return el('div', {class: 'gauge'}, el('span', {class: 'name'}, name),
      all ? bar(`${name} of the host`, used, all) : el('span'), el('span', {class: 'value'}, text));
  }

  function show(tile, host) {
    const values = samples.get(host.id) || {};
    const past = series.get(host.id);
    tile.dataset.state = host.state;
    tile.querySelector('.state').textContent = host.state;
    const body = tile.querySelector('.body');
    const parts = [];
    if (values.cpus) {
      parts.push(
        gauge('CPU', values.cpu_used_cores || 0, values.cpus,
          `${percent((values.cpu_used_cores || 0) / values.cpus)} of ${values.cpus}`),
        gauge('Memory', values.memory_used_bytes, values.memory_total_bytes,
          `${bytes(values.memory_used_bytes)} of ${bytes(values.memory_total_bytes)}`),
        gauge('Disk', values.disk_used_bytes, values.disk_total_bytes,
          `${bytes(values.disk_used_bytes)} of ${bytes(values.disk_total_bytes)}`));
    } else {
      parts.push(el('p', {class: 'none'}, 'No sample lately'));
    }
    if (past && past.cpu_used_cores) {
      parts.push(spark(past.at, past.cpu_used_cores, values.cpus || host.cpus || 1,
        `CPU of ${host.name} over the last hour`));
    }
    body.replaceChildren(...parts);
    tile.querySelector('.count').textContent =
      count(host.containers, 'container');
    const button = tile.querySelector('button');
    const verb = {healthy: 'Cordon', cordoned: 'Uncordon', drained: 'Uncordon'}[host.state];
    button.hidden = !verb;
    button.textContent = verb || '';
    button.setAttribute('aria-label', `${verb} ${host.name}`);
    button.onclick = () => run(() => cordon(host, button));
  }

  function tile(host) {
    return el('li', {class: 'tile'},
      el('div', {class: 'head'}, el('h3', {}, host.name), el('span', {class: 'state'})),
      el('div', {class: 'body'}),
      el('div', {class: 'foot'}, el('span', {class: 'count'}), el('button', {type: 'button'})));
  }

  function draw() {
    match($('hosts'), hosts, (host) => host.id, tile, show);
  }

  async function look() {
    const [status, list, now] = await Promise.all([
      get('/berth/v1/status'), get('/berth/v1/hosts'), get('/berth/v1/monitor/hosts')]);
    hosts = list.hosts;
    samples.clear();
    now.hosts.forEach((host) => samples.set(host.id, host.values));
    $('summary').textContent =
      `${status.hostsUp} of ${status.hosts} hosts up · ${count(status.containers, 'container')}`
      + (status.warnings.length ? ` · ${status.warnings.join(' · ')}` : '');
    draw();
  }

  async function lookBack() {
    const measured = hosts.filter((host) => samples.has(host.id)).slice(0, MOST_SERIES);
    await Promise.all(measured.map(async (host) => {
      series.set(host.id, await get(`/berth/v1/monitor/hosts/${host.id}/series`));
    }));
    draw();
  }

  async function containers() {
    const search = $('search').value.trim();
    const order = $('order').value;
    const answer = await get(
      `/berth/v1/monitor/top?order=${order}${search ? `&search=${encodeURIComponent(search)}` : ''}`);
    if (search !== $('search').value.trim() || order !== $('order').value) return;
    table($('containers'), [
      {title: 'Name', of: (row) => row.name},
      {title: 'Tenant', of: (row) => row.tenant},
      {title: 'Host', of: (row) => row.host},
      {title: 'CPU', number: true, of: (row) => percent(row.values.cpu_used_cores || 0)},
      {title: 'Memory', number: true, of: (row) => bytes(row.values.memory_used_bytes)},
    ], answer.containers, (row) => row.id, search ? 'No running container has that' : 'None runs');
  }

  async function tenants() {
    const answer = await get('/berth/v1/tenants');
    const whole = await Promise.all(
      answer.tenants.slice(0, 100).map((tenant) => get(`/berth/v1/tenants/${tenant.id}`)));
    table($('tenants'), [
      {title: 'Tenant', of: (row) => row.id},
      {title: 'Containers', number: true, of: (row) => `${row.usage.running} of ${row.usage.containers} run`},
      {title: 'Quota', of: (row) => quotas(row.id, row.quota)},
    ], whole, (row) => row.id, 'There is none');
  }

  function changed(line) {
    if (!line.action) return;
    const object = line.object ? ` ${line.object}` : '';
    const where = line.tenant ? ` in ${line.tenant}` : '';
    const how = line.outcome === 'done' || line.status < 400 ? '' : ` — ${line.status}${line.reason ? `, ${line.reason}` : ''}`;
    event($('events'), new Date(line.time), `${line.user || 'somebody'}${where}: ${line.action}${object}${how}`, how !== '');
  }

  $('search').addEventListener('input', () => run(containers));
  $('order').addEventListener('change', () => run(containers));
  return {
    rounds: [
      {every: EVERY, act: look},
      {every: SERIES_EVERY, act: async () => { if (!hosts.length) await look(); await lookBack(); }},
      {every: EVERY, act: containers},
      {every: EVERY * 3, act: tenants},
    ],
    follow: (signal) => follow('/berth/v1/audit?follow=true&limit=30', signal, changed),
  };
}

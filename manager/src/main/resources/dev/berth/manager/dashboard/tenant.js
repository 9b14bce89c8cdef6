// What a tenant sees: its own containers and events.

import {follow, get} from './api.js';
import {$, count, event, page, quotas, table} from './dom.js';

const EVERY = 3000;
const QUOTA_EVERY = 9000;

export function tenant(run) {
  page('tenant-page');
  let all = [];

  const nameOf = (container) => (container.Names[0] || '').replace(/^\//, '');

  function draw() {
    const search = $('search').value.trim().toLowerCase();
    const rows = all.filter((row) =>
      [nameOf(row), row.Image, row.State, row.Id].some((text) => text.toLowerCase().includes(search)));
    table($('containers'), [
      {title: 'Name', of: nameOf},
      {title: 'Image', of: (row) => row.Image},
      {title: 'State', of: (row) => row.Status},
      {title: 'Ports', of: (row) => row.Ports.filter((port) => port.PublicPort)
        .map((port) => `${port.PublicPort} → ${port.PrivatePort}/${port.Type}`).join(', ')},
    ], rows, (row) => row.Id, search ? 'No container has that' : 'There is none');
  }

  async function look() {
    all = await get('/containers/json?all=1');
    const running = all.filter((row) => row.State === 'running').length;
    $('summary').textContent = `${running} of ${count(all.length, 'container')} run`;
    draw();
  }

  async function lookAtQuota() {
    const own = await get('/berth/v1/quota');
    $('quota').replaceChildren(quotas(own.tenant, own.quota));
  }

  function happened(line) {
    const attributes = (line.Actor && line.Actor.Attributes) || {};
    event($('events'), new Date(line.time * 1000),
      `${line.Type} ${attributes.name || (line.Actor && line.Actor.ID) || ''}: ${line.Action}`, false);
    run(look);
  }

  $('search').addEventListener('input', draw);
  return {
    rounds: [{every: EVERY, act: look}, {every: QUOTA_EVERY, act: lookAtQuota}],
    follow: (signal) => follow(`/events?since=${Math.floor(Date.now() / 1000) - 600}`, signal, happened),
  };
}

/* The editor of a workshop: how long before a session, and texts with a toolbar of their own. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = (window.Microunits.workshopEditor = window.Microunits.workshopEditor || {});
  const UNITS = ['d', 'h', 'm'];

  /** A number and a unit, "2 days", under one name. What needs several units keeps them, as the course's files write it. */
  editor.distance = function ({ t, fields }, holder, key, path, { label, help }, ...more) {
    const distance = holder[key];
    const units = distance.unit === 'as' ? [...UNITS, 'as'] : UNITS;
    return fields.group(
      path,
      { label, help },
      h(
        'div',
        { class: 'muw-distance' },
        fields.number(distance, 'number', `${path}/number`, { label, hideLabel: true, inputmode: 'numeric' }),
        fields.select(distance, 'unit', `${path}/unit`, { label: t('unit'), hideLabel: true, options: units.map((unit) => [unit, t(`unit_${unit}`)]) }),
        ...more,
      ),
    );
  };

  /** A text that can be formatted. */
  editor.formatted = function ({ t, host, fields }, holder, key, path, options) {
    const room = h('div', { class: 'muw-formatted' });
    room.append(fields.rich(holder, key, path, { ...options, small: true }), editing.toolbar(room, { t, host }));
    return room;
  };
})();

// The map of China with flows from east to west at [data-map]. Needs ECharts and charts.js.
// Registered under the name “china”, so that ECharts adds the inset 南海诸岛 and 钓鱼岛.
(function () {
  "use strict";
  const { draw, load, token, tooltip } = window.dongcai.charts;

  function centres(geo) {
    return new Map(geo.features.map((feature) => [feature.properties.name, feature.properties.cp]));
  }

  function option(data, places, where, isSmall) {
    const label = (name) => (places.has(name) ? places.get(name).label || name : name);
    const largest = Math.max(1, ...data.flows.map((flow) => flow.value));
    const areas = { west: token("blue-soft"), east: token("surface-3") };
    return {
      tooltip: Object.assign(tooltip(), {
        formatter: (item) => {
          if (item.seriesType === "lines") return item.data.words;
          const place = places.get(item.name);
          return label(item.name) + (place && place.value !== undefined ? "  " + place.value : "");
        },
      }),
      geo: {
        map: "china", roam: false, top: 8, bottom: 8, layoutCenter: ["50%", "52%"], layoutSize: isSmall ? "118%" : "122%", aspectScale: 0.8,
        itemStyle: { areaColor: token("surface-2"), borderColor: token("line-strong"), borderWidth: 0.6 },
        emphasis: { label: { show: false }, itemStyle: { areaColor: token("blue-line") } },
        tooltip: { show: true },
        regions: data.places.map((place) => ({
          name: place.name, itemStyle: { areaColor: areas[place.kind] || token("surface-2") },
        })),
      },
      series: [
        {
          type: "lines", coordinateSystem: "geo", zlevel: 2, symbol: ["none", "arrow"], symbolSize: 9,
          data: data.flows.filter((flow) => where.has(flow.from) && where.has(flow.to)).map((flow) => ({
            coords: [where.get(flow.from), where.get(flow.to)],
            words: label(flow.from) + " → " + label(flow.to) + (flow.label ? "  " + flow.label : ""),
            lineStyle: { color: token("blue"), opacity: 0.65, curveness: 0.22, width: 1 + (3 * flow.value) / largest },
          })),
        },
        {
          type: "scatter", coordinateSystem: "geo", zlevel: 3, symbolSize: isSmall ? 4 : 6, itemStyle: { color: token("blue-strong") },
          label: {
            show: !isSmall, formatter: (item) => label(item.name), color: token("ink"), fontSize: 12,
            textBorderColor: token("surface"), textBorderWidth: 2,
          },
          labelLayout: { hideOverlap: true },
          data: data.places.filter((place) => where.has(place.name)).map((place) => ({
            name: place.name, value: where.get(place.name), label: { position: place.kind === "west" ? "left" : "right" },
          })),
        },
      ],
    };
  }

  async function start(place) {
    const [geo, data] = await Promise.all([load(place, place.dataset.geo), load(place, place.dataset.map)]);
    const places = new Map(data.places.map((one) => [one.name, one]));
    const where = centres(geo); // before ECharts decodes, and thereby changes, the outlines
    window.echarts.registerMap("china", geo);
    draw(place, () => option(data, places, where, place.clientWidth < 520), (chart) => {
      chart.on("click", (item) => {
        const one = places.get(item.name);
        if (one && one.url) window.location.assign(one.url);
      });
    });
  }

  document.querySelectorAll("[data-map]").forEach(start);
})();

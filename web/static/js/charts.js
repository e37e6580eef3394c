// Charts from JSON at [data-chart]; colours come from the tokens. Needs ECharts.
(function () {
  "use strict";

  function token(name) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }

  const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  // Draws `option()` into the place as soon as it has a size, and again when its size or the theme changes; `onReady` gets the chart once.
  // Tooltips are drawn, not HTML: the CSP allows no style attributes.
  function draw(place, option, onReady) {
    let chart = null;
    const paint = () => {
      if (!chart) return;
      const base = { animation: !isStill, textStyle: { fontFamily: token("font"), color: token("ink") } };
      chart.setOption(Object.assign(base, option()), true);
    };
    const fit = () => {
      if (!place.clientWidth || !place.clientHeight) return; // hidden: a map of no size cannot be laid out
      if (!chart) {
        chart = window.echarts.init(place, null, { renderer: "canvas" });
        if (onReady) onReady(chart);
        paint();
      } else if (chart.getWidth() !== place.clientWidth || chart.getHeight() !== place.clientHeight) {
        chart.resize();
        paint();
      }
    };
    new ResizeObserver(fit).observe(place);
    document.addEventListener("theme:changed", paint);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  }

  function tooltip() {
    return {
      renderMode: "richText", confine: true, backgroundColor: token("surface"), borderColor: token("line-strong"),
      textStyle: { color: token("ink"), fontSize: 13 },
    };
  }

  async function load(place, url) {
    const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (answer.ok) return answer.json();
    place.textContent = place.dataset.textFailed;
    throw new Error(url + ": " + answer.status);
  }

  function palette() {
    return [token("blue"), token("line-strong"), token("blue-line"), token("ink-3"), token("blue-strong")];
  }

  function pie(data) {
    const values = data.series[0].values;
    return {
      color: palette(),
      tooltip: Object.assign(tooltip(), { trigger: "item", formatter: (item) => item.name + "  " + item.value + " " + (data.unit || "") }),
      series: [{
        type: "pie", radius: ["45%", "72%"], itemStyle: { borderColor: token("surface"), borderWidth: 2 },
        label: { color: token("ink"), formatter: "{b}  {d}%" },
        data: data.categories.map((name, place) => ({ name, value: values[place] })),
      }],
    };
  }

  function axes(data) {
    const names = {
      type: "category", data: data.categories, inverse: Boolean(data.horizontal), axisTick: { show: false },
      axisLine: { lineStyle: { color: token("line-strong") } }, axisLabel: { color: token("ink-2") },
    };
    const values = {
      type: "value", name: data.unit || "", nameTextStyle: { color: token("ink-2") }, axisLabel: { color: token("ink-2") },
      splitLine: { lineStyle: { color: token("line") } },
    };
    return data.horizontal ? { xAxis: values, yAxis: names } : { xAxis: names, yAxis: values };
  }

  function graph(data) {
    return Object.assign(axes(data), {
      color: palette(),
      grid: { left: 8, right: 16, top: 40, bottom: data.series.length > 1 ? 36 : 8, containLabel: true },
      legend: { show: data.series.length > 1, bottom: 0, textStyle: { color: token("ink") } },
      tooltip: Object.assign(tooltip(), { trigger: "axis" }),
      series: data.series.map((one) => ({ type: data.type, name: one.name, data: one.values, barMaxWidth: 28, symbolSize: 8 })),
    });
  }

  async function start(place) {
    const data = await load(place, place.dataset.chart);
    draw(place, () => (data.type === "pie" ? pie(data) : graph(data)));
  }

  window.dongcai.charts = { draw, load, token, tooltip };
  document.querySelectorAll("[data-chart]").forEach(start);
})();

// Apache ECharts 6.1.0: the charts and components that pages use, as the global `echarts`.
// Built by: npm i echarts@6.1.0 esbuild && npx esbuild echarts-selected.js --bundle --minify --format=iife \
//           --global-name=echarts --target=chrome86,firefox88,safari14 --legal-comments=inline --outfile=echarts.min.js
export { init, registerMap, getMap, getInstanceByDom, use, version } from "echarts/core";
import { use } from "echarts/core";
import { BarChart, CustomChart, HeatmapChart, LineChart, LinesChart, MapChart, PieChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GeoComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";

use([
  BarChart, CustomChart, HeatmapChart, LineChart, LinesChart, MapChart, PieChart, ScatterChart,
  AriaComponent, GeoComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, CanvasRenderer,
]);

//! The report's charts, as SVG text to be put into the page.
//!
//! Drawn with `plotters`, whose SVG writer knows neither style sheets nor fractions of a pixel. So charts are drawn four
//! times too large and scaled by the viewBox, and with one colour per role, which is then replaced by a class: the page
//! decides what a role looks like, in the light and in the dark.

use std::fmt::Display;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::evaluate::EvaluateError;
use crate::measure::Estimate;

/// Size of a chart in the page's pixels where its text has its natural size: a third of a wide page for a curve, half of
/// it for bars. Both are readable on a phone without scrolling.
const CURVE: (u32, u32) = (310, 215);
const BARS: (u32, u32) = (400, 230);

/// Room for the values left of a chart, and for the labels below it, in pixels.
const LEFT: u32 = 38;
const BELOW: u32 = 26;

/// The widest group of bars, in pixels, and the largest part of its place that it takes.
const WIDEST_GROUP: f64 = 84.0;
const LARGEST_PART: f64 = 0.62;

/// Drawn units per pixel.
const SCALE: u32 = 4;

/// Height of the text in pixels. Plotters divides by 1.24 on the way to the file.
const TEXT: f64 = 11.0 * 1.24;

/// The highest line of a value axis is at most so many steps up.
const STEPS_OF_AXIS: f64 = 5.0;

/// What a line or bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The model's order.
    Model,
    /// The server's order.
    Server,
    /// Text and error bars.
    Ink,
    /// Lines behind the data.
    Grid,
    /// What would be if all were well.
    Guide,
}

impl Role {
    const ALL: [Role; 5] = [Role::Model, Role::Server, Role::Ink, Role::Grid, Role::Guide];

    /// The class that the page styles.
    pub fn class(self) -> &'static str {
        match self {
            Role::Model => "model",
            Role::Server => "server",
            Role::Ink => "ink",
            Role::Grid => "grid",
            Role::Guide => "guide",
        }
    }

    /// The colour that stands for the class until [`restyle`].
    fn color(self) -> RGBColor {
        RGBColor(1, 2, self as u8)
    }
}

/// One line of a curve, or one bar of every group.
pub struct Series {
    /// What it stands for.
    pub role: Role,
    /// One per place on the horizontal axis; absent where nothing was measured.
    pub estimates: Vec<Option<Estimate>>,
}

/// Lines over the number of places looked at, each with the band of its intervals.
pub fn curve(label: &str, places: &[usize], series: &[Series]) -> Result<String, EvaluateError> {
    draw(label, CURVE, |area| {
        let (first, last) = (places.first().map_or(0, |_| 1), places.last().copied().unwrap_or(1).max(2));
        let mut chart = ChartBuilder::on(&area)
            .margin_top(px(10))
            .margin_right(px(14))
            .x_label_area_size(px(BELOW))
            .y_label_area_size(px(LEFT))
            .build_cartesian_2d(first as f64..last as f64, 0.0..top(series))
            .map_err(plot_error)?;
        grid(&mut chart, &ticks(last))?;
        for line in series {
            let points: Vec<(f64, Estimate)> = places
                .iter()
                .zip(&line.estimates)
                .filter_map(|(&k, estimate)| Some((k as f64, (*estimate)?)))
                .collect();
            let upper = points.iter().map(|(k, estimate)| (*k, estimate.high.unwrap_or(estimate.value)));
            let lower = points.iter().rev().map(|(k, estimate)| (*k, estimate.low.unwrap_or(estimate.value)));
            let color = line.role.color();
            let values = points.iter().map(|(k, estimate)| (*k, estimate.value));
            let band = Polygon::new(upper.chain(lower).collect::<Vec<_>>(), color.mix(0.2));
            chart.draw_series([band]).map_err(plot_error)?;
            let stroke = color.stroke_width(2 * SCALE);
            chart.draw_series(LineSeries::new(values.clone(), stroke)).map_err(plot_error)?;
            let dots = values.map(|point| Circle::new(point, px(3), color.filled()));
            chart.draw_series(dots).map_err(plot_error)?;
        }
        Ok(())
    })
}

/// Groups of bars side by side, each bar with its interval.
pub fn bars(label: &str, names: &[&str], series: &[Series]) -> Result<String, EvaluateError> {
    draw(label, BARS, |area| {
        let mut chart = ChartBuilder::on(&area)
            .margin_top(px(18))
            .margin_right(px(6))
            .x_label_area_size(px(BELOW))
            .y_label_area_size(px(LEFT))
            .build_cartesian_2d(0.0..names.len().max(1) as f64, 0.0..top(series))
            .map_err(plot_error)?;
        grid(&mut chart, &[])?;
        let pixels_per_group = f64::from(BARS.0 - LEFT) / names.len().max(1) as f64;
        let part = LARGEST_PART.min(WIDEST_GROUP / pixels_per_group);
        let width = part / series.len().max(1) as f64;
        for (group, name) in names.iter().enumerate() {
            label_below(&mut chart, group as f64 + 0.5, name)?;
            if series.iter().all(|bar| bar.estimates.get(group).copied().flatten().is_none()) {
                let none = Text::new("no steps", (group as f64 + 0.5, 0.0), text(HPos::Center, VPos::Bottom));
                chart.draw_series([none]).map_err(plot_error)?;
            }
            for (place, bar) in series.iter().enumerate() {
                let Some(Some(estimate)) = bar.estimates.get(group) else { continue };
                let left = group as f64 + 0.5 - part / 2.0 + place as f64 * width;
                let middle = left + width / 2.0;
                let corners = [(left, estimate.value), (left + width * 0.94, 0.0)];
                chart.draw_series([Rectangle::new(corners, bar.role.color().filled())]).map_err(plot_error)?;
                let top = estimate.high.unwrap_or(estimate.value);
                if let Some((low, high)) = estimate.low.zip(estimate.high) {
                    let stroke = Role::Ink.color().stroke_width(SCALE + SCALE / 2);
                    let half = 4.0 / pixels_per_group;
                    let cap = |y: f64| PathElement::new([(middle - half, y), (middle + half, y)], stroke);
                    let whisker = PathElement::new([(middle, low), (middle, high)], stroke);
                    chart.draw_series([whisker, cap(low), cap(high)]).map_err(plot_error)?;
                }
                if series.len() == 1 {
                    let value = format!("{:.3}", estimate.value);
                    let value = EmptyElement::at((middle, top))
                        + Text::new(value, (0, -(px(3) as i32)), text(HPos::Center, VPos::Bottom));
                    chart.draw_series([value]).map_err(plot_error)?;
                }
            }
        }
        Ok(())
    })
}

/// A point of a scatter chart.
pub struct Point<'a> {
    /// Where it stands on the horizontal axis.
    pub x: f64,
    /// Where on the vertical axis, with its interval.
    pub y: Estimate,
    /// What it is called; nothing is written for an empty name.
    pub name: &'a str,
    /// What it stands for.
    pub role: Role,
}

/// Points with their intervals, on axes that show what there is and need not begin at 0; `diagonal` draws the line on which
/// both axes agree, and makes both run from 0 to 1.
pub fn scatter(label: &str, points: &[Point<'_>], diagonal: bool) -> Result<String, EvaluateError> {
    draw(label, BARS, |area| {
        let (across, up) = if diagonal {
            ((0.0, 1.0), (0.0, 1.0))
        } else {
            let ends =
                |point: &Point<'_>| [point.y.low.unwrap_or(point.y.value), point.y.high.unwrap_or(point.y.value)];
            (around(points.iter().map(|point| point.x)), around(points.iter().flat_map(ends)))
        };
        let mut chart = ChartBuilder::on(&area)
            .margin_top(px(18))
            .margin_right(px(14))
            .x_label_area_size(px(BELOW))
            .y_label_area_size(px(LEFT))
            .build_cartesian_2d(across.0..across.1, up.0..up.1)
            .map_err(plot_error)?;
        grid(&mut chart, &[])?;
        for part in 0..=4 {
            let x = across.0 + (across.1 - across.0) * f64::from(part) / 4.0;
            let label = Text::new(short(x), (0, px(8) as i32), text(HPos::Center, VPos::Top));
            chart.draw_series([EmptyElement::at((x, up.0)) + label]).map_err(plot_error)?;
        }
        if diagonal {
            let line = [(0.0, 0.0), (1.0, 1.0)];
            chart.draw_series([PathElement::new(line, Role::Guide.color().stroke_width(SCALE))]).map_err(plot_error)?;
        }
        for point in points {
            let color = point.role.color();
            if let Some((low, high)) = point.y.low.zip(point.y.high) {
                let whisker =
                    PathElement::new([(point.x, low), (point.x, high)], color.stroke_width(SCALE + SCALE / 2));
                chart.draw_series([whisker]).map_err(plot_error)?;
            }
            let at = (point.x, point.y.value);
            chart.draw_series([Circle::new(at, px(4), color.filled())]).map_err(plot_error)?;
            let right = point.x > (across.0 + across.1) / 2.0;
            let (shift, side) = if right { (-(px(7) as i32), HPos::Right) } else { (px(7) as i32, HPos::Left) };
            let name = EmptyElement::at(at) + Text::new(point.name.to_owned(), (shift, 0), text(side, VPos::Center));
            chart.draw_series([name]).map_err(plot_error)?;
        }
        Ok(())
    })
}

/// The range of some values with room around it.
fn around(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let low = values.clone().fold(f64::INFINITY, f64::min);
    let high = values.fold(f64::NEG_INFINITY, f64::max);
    if low > high {
        return (0.0, 1.0);
    }
    let room = ((high - low) * 0.15).max(high.abs() * 0.01).max(1e-3);
    ((low - room).max(0.0), high + room)
}

/// A number of three digits or so.
fn short(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
fn draw(
    label: &str,
    (width, height): (u32, u32),
    paint: impl FnOnce(Canvas<'_>) -> Result<(), EvaluateError>,
) -> Result<String, EvaluateError> {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, (px(width), px(height))).into_drawing_area();
    paint(area.clone())?;
    area.present().map_err(plot_error)?;
    drop(area);
    Ok(restyle(&svg, label, (width, height)))
}

/// Horizontal lines with their values at the left, and the given places below.
fn grid(chart: &mut Chart<'_, '_>, places: &[usize]) -> Result<(), EvaluateError> {
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .max_light_lines(0)
        .y_labels(STEPS_OF_AXIS as usize + 1)
        .y_label_formatter(&|value| decimal(*value))
        .y_label_style(text(HPos::Right, VPos::Center))
        .bold_line_style(Role::Grid.color().stroke_width(SCALE))
        .axis_style(Role::Grid.color().stroke_width(SCALE))
        .draw()
        .map_err(plot_error)?;
    places.iter().try_for_each(|&place| label_below(chart, place as f64, &place.to_string()))
}

/// A label below the horizontal axis.
fn label_below(chart: &mut Chart<'_, '_>, x: f64, label: &str) -> Result<(), EvaluateError> {
    let label = Text::new(label.to_owned(), (0, px(8) as i32), text(HPos::Center, VPos::Top));
    chart.draw_series([EmptyElement::at((x, 0.0)) + label]).map_err(plot_error)?;
    Ok(())
}

fn text(horizontal: HPos, vertical: VPos) -> TextStyle<'static> {
    let size = TEXT * f64::from(SCALE);
    ("sans-serif", size).into_font().color(&Role::Ink.color()).pos(Pos::new(horizontal, vertical))
}

fn px(pixels: u32) -> u32 {
    pixels * SCALE
}

/// A round value that no interval exceeds.
fn top(series: &[Series]) -> f64 {
    let ends = series.iter().flat_map(|series| &series.estimates).flatten();
    let largest = ends.map(|estimate| estimate.high.unwrap_or(estimate.value)).fold(0.0, f64::max);
    if largest <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf((largest / STEPS_OF_AXIS).log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|step| step * power);
    let step = steps.into_iter().find(|step| step * STEPS_OF_AXIS >= largest).unwrap_or(power * 10.0);
    (largest / step).ceil() * step
}

/// Places below a curve: the first, the last, and round ones between.
fn ticks(last: usize) -> Vec<usize> {
    let step = [1, 2, 5, 10, 20, 50, 100, 200, 500].into_iter().find(|step| last / step <= 5).unwrap_or(1_000);
    let round = (step..=last).step_by(step).filter(|tick| *tick > 1 && (last - tick == 0 || last - tick >= step / 2));
    let mut ticks: Vec<usize> = std::iter::once(1).chain(round).collect();
    if ticks.last() != Some(&last) {
        ticks.push(last);
    }
    ticks
}

/// The shortest decimal text: 0.25, 0.5, 1.
fn decimal(value: f64) -> String {
    let rounded = (value * 1e4).round() / 1e4;
    if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
}

/// Puts classes in the place of colours, and lets the page decide on size and font.
fn restyle(svg: &str, label: &str, (width, height): (u32, u32)) -> String {
    let body = svg.split_once('>').map_or("", |(_, body)| body);
    let mut styled = format!(
        r#"<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{body}"#,
        px(width),
        px(height),
        maud::html! { (label) }.into_string(),
    );
    for role in Role::ALL {
        let RGBColor(red, green, blue) = role.color();
        let color = format!("#{red:02X}{green:02X}{blue:02X}");
        for paint in ["fill", "stroke"] {
            let class = format!(r#"class="{paint}-{}""#, role.class());
            styled = styled.replace(&format!(r#"{paint}="{color}""#), &class);
        }
    }
    styled.replace(r#" font-family="sans-serif""#, "").replace(r#" opacity="1""#, "")
}

fn plot_error(cause: impl Display) -> EvaluateError {
    EvaluateError::Plot { cause: cause.to_string() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn series(role: Role) -> Series {
        let estimate = |value: f64| Some(Estimate { value, low: Some(value - 0.01), high: Some(value + 0.02) });
        Series { role, estimates: vec![estimate(0.2), None, estimate(0.31)] }
    }

    fn points() -> [Point<'static>; 2] {
        let y = Estimate { value: 0.4, low: Some(0.3), high: Some(0.5) };
        [Point { x: 0.2, y, name: "a<b", role: Role::Model }, Point { x: 0.9, y, name: "", role: Role::Server }]
    }

    #[test]
    fn colours_become_classes_and_nothing_is_fetched() {
        for svg in [
            curve("recall by k", &[1, 5, 20], &[series(Role::Model), series(Role::Server)]).unwrap(),
            bars("recall <by> slice", &["1", "2", "3"], &[series(Role::Model)]).unwrap(),
            bars("both", &["1", "2", "3"], &[series(Role::Model), series(Role::Server)]).unwrap(),
            scatter("size <by> quality", &points(), false).unwrap(),
            scatter("said <by> observed", &points(), true).unwrap(),
        ] {
            assert!(svg.starts_with("<svg viewBox=") && svg.trim_end().ends_with("</svg>"));
            assert!(svg.contains(r#"class="fill-model""#) && svg.contains(r#"class="fill-ink""#), "{svg}");
            assert!(!svg.contains('#') && !svg.contains("http") && !svg.contains("style="), "{svg}");
            assert!(!svg.contains("<by>"));
        }
    }

    #[test]
    fn charts_of_nothing_are_drawn_too() {
        assert!(curve("empty", &[], &[]).is_ok());
        assert!(curve("one", &[1], &[Series { role: Role::Model, estimates: vec![None] }]).is_ok());
        assert!(bars("empty", &[], &[]).is_ok());
        assert!(scatter("empty", &[], false).is_ok() && scatter("empty", &[], true).is_ok());
        let one = Point { x: 0.0, y: Estimate::exact(0.0), name: "", role: Role::Model };
        assert!(scatter("one", &[one], false).is_ok());
        let none = Series { role: Role::Model, estimates: vec![] };
        assert!(bars("no steps", &["a"], &[none]).unwrap().contains("no steps"));
    }

    #[test]
    fn axes_end_at_round_values() {
        let top_of = |value| top(&[Series { role: Role::Model, estimates: vec![Some(Estimate::exact(value))] }]);
        for (value, expected) in [(0.55, 0.6), (0.2, 0.2), (0.031, 0.04), (1.0, 1.0), (0.0, 1.0)] {
            assert!((top_of(value) - expected).abs() < 1e-9, "{value}: {}", top_of(value));
        }
        assert_eq!(ticks(20), [1, 5, 10, 15, 20]);
        assert_eq!(ticks(2), [1, 2]);
        assert_eq!(ticks(100), [1, 20, 40, 60, 80, 100]);
        assert_eq!(decimal(0.30000000000000004), "0.3");
        assert_eq!(decimal(0.0), "0");
    }
}

//! Pictures are not blank and show the numbers that they were given, pixel by pixel.

#![allow(clippy::unwrap_used)]

use figures::{Axis, Colour, Column, Columns, Layout, Legend, Rank, Ranks, WIDTH, png};
use resvg::tiny_skia::Pixmap;

fn painted(svg: &str) -> Pixmap {
    Pixmap::decode_png(&png(svg).unwrap()).unwrap()
}

fn is(picture: &Pixmap, x: u32, y: u32, colour: Colour) -> bool {
    let pixel = picture.pixel(x, y).unwrap();
    [pixel.red(), pixel.green(), pixel.blue()] == colour.rgb()
}

/// Where runs of a colour in a row begin, and how long they are.
fn runs(picture: &Pixmap, y: u32, colour: Colour) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for x in 0..picture.width() {
        if !is(picture, x, y, colour) {
            continue;
        }
        match runs.last_mut() {
            Some((from, long)) if *from + *long == x => *long += 1,
            _ => runs.push((x, 1)),
        }
    }
    runs
}

/// How many pixels of a colour stand in a column.
fn height(picture: &Pixmap, x: u32, colour: Colour) -> u32 {
    // The dots of the legend stand far above the columns.
    let rows = 240..picture.height();
    u32::try_from(rows.filter(|y| is(picture, x, *y, colour)).count()).unwrap()
}

fn legend(colours: &[Colour]) -> Vec<Legend> {
    let entry = |colour: &Colour| Legend {
        colour: *colour,
        name: "Готово".to_owned(),
        total: "12".to_owned(),
    };
    colours.iter().map(entry).collect()
}

fn columns(layout: Layout, colours: &[Colour], values: &[&[i64]]) -> Columns {
    let column = |(index, values): (usize, &&[i64])| Column {
        label: format!("{}", index + 1),
        values: values.to_vec(),
    };
    Columns {
        title: "Заказы".to_owned(),
        subtitle: "ноябрь 2026".to_owned(),
        legend: legend(colours),
        columns: values.iter().enumerate().map(column).collect(),
        layout,
        axis: Axis { unit: 1, suffix: String::new() },
        empty: "Пока пусто".to_owned(),
    }
}

/// Numbers that stand to each other like the pixels, within what rounding does.
fn assert_proportional(pixels: &[u32], values: &[i64]) {
    let most = values.iter().zip(pixels).max_by_key(|(value, _)| **value).unwrap();
    let (most, tallest) = (*most.0, i64::from(*most.1));
    assert!(tallest > 300, "the tallest is {tallest} pixels tall");
    for (pixels, value) in pixels.iter().zip(values) {
        let expected = value * tallest / most;
        let off = (i64::from(*pixels) - expected).abs();
        assert!(off <= 3, "{value} of {most} is {pixels} of {tallest} pixels tall");
    }
}

#[test]
fn columns_are_as_tall_as_their_numbers() {
    let values = [10, 40, 5, 20, 33, 1, 27];
    let lists: Vec<[i64; 1]> = values.iter().map(|value| [*value]).collect();
    let lists: Vec<&[i64]> = lists.iter().map(|list| list.as_slice()).collect();
    for layout in [Layout::Stacked, Layout::Beside] {
        let picture = painted(&columns(layout, &[Colour::First], &lists).svg());
        assert_eq!(i64::from(picture.width()), WIDTH);
        let feet = runs(&picture, picture.height() - 92, Colour::First);
        assert_eq!(feet.len(), values.len(), "{feet:?}");
        let tall: Vec<u32> = feet
            .iter()
            .map(|(from, long)| height(&picture, from + long / 2, Colour::First))
            .collect();
        assert_proportional(&tall, &values);
    }
}

#[test]
fn what_is_stacked_stands_upon_each_other_and_keeps_its_share() {
    let values: [&[i64]; 3] = [&[30, 10], &[0, 20], &[15, 0]];
    let chart = columns(Layout::Stacked, &[Colour::Good, Colour::Bad], &values);
    let picture = painted(&chart.svg());
    let width = u32::try_from(WIDTH).unwrap();
    let tallest = |colour| {
        let mut found = Vec::new();
        for third in 0..3 {
            let from = 150 + third * (width - 150 - 48) / 3;
            let to = 150 + (third + 1) * (width - 150 - 48) / 3;
            found.push((from..to).map(|x| height(&picture, x, colour)).max().unwrap());
        }
        found
    };
    let (good, bad) = (tallest(Colour::Good), tallest(Colour::Bad));
    let together: Vec<u32> = good.iter().chain(&bad).copied().collect();
    let most = i64::from(*together.iter().max().unwrap());
    for (pixels, value) in together.iter().zip([30, 0, 15, 10, 20, 0]) {
        let off = (i64::from(*pixels) - value * most / 30).abs();
        assert!(off <= 3, "{value}: {pixels} of {most}");
    }
}

#[test]
fn a_month_and_a_day_have_all_their_columns() {
    for count in [24_usize, 28, 31] {
        let values: Vec<[i64; 2]> = (1..).take(count).map(|value| [value, 1]).collect();
        let lists: Vec<&[i64]> = values.iter().map(|list| list.as_slice()).collect();
        let beside = columns(Layout::Beside, &[Colour::First, Colour::Second], &lists);
        let picture = painted(&beside.svg());
        let feet = runs(&picture, picture.height() - 92, Colour::First);
        assert_eq!(feet.len(), count, "{feet:?}");
    }
}

#[test]
fn bars_of_a_list_are_as_long_as_their_numbers() {
    let values = [100_i64, 50, 25, 1];
    let ranks = values.iter().map(|value| Rank {
        label: format!("Модель с очень длинным названием, которое не поместится {value}"),
        value: *value,
        shown: format!("{value} заказов"),
    });
    let chart = Ranks {
        title: "Модели".to_owned(),
        subtitle: "ноябрь 2026".to_owned(),
        ranks: ranks.collect(),
        colour: Colour::First,
        empty: "Пока пусто".to_owned(),
    };
    let picture = painted(&chart.svg());
    let mut long = Vec::new();
    for y in 0..picture.height() {
        if let [(_, run)] = runs(&picture, y, Colour::First)[..]
            && (y == 0 || runs(&picture, y - 1, Colour::First).is_empty())
        {
            long.push(run);
        }
    }
    assert_proportional(&long, &values);
}

#[test]
fn nothing_to_show_is_said_in_words() {
    let chart = columns(Layout::Stacked, &[Colour::Good], &[&[0], &[-5]]);
    let svg = chart.svg();
    assert!(svg.contains("Пока пусто"));
    let picture = painted(&svg);
    let dark = picture.pixels().iter().filter(|pixel| pixel.red() < 0xff).count();
    assert!(dark > 1_000, "only {dark} pixels have letters");
}

#[test]
fn letters_of_both_languages_are_painted_each_in_its_own_shape() {
    // A letter that the font lacks is an empty box like every other.
    let mut seen = std::collections::HashSet::new();
    let letters =
        "АБВГДЕЖЗИКЛМНПРСТУФХЦЧШЩЭЮЯабвгдежзиклмнпрстуфцчшщъыьэюяёйABDFGHJ0123456789₽%−–·…«»$";
    for letter in letters.chars() {
        let picture = painted(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60\" height=\"60\">\
             <text x=\"4\" y=\"44\" font-size=\"44\" font-family=\"Roboto\">{letter}</text></svg>"
        ));
        let shape: Vec<u8> = picture.pixels().iter().map(|pixel| pixel.red()).collect();
        assert!(shape.iter().any(|red| *red < 0x80), "{letter} is not painted");
        let shape = shape.into_iter().map(|red| red < 0x80).collect::<Vec<_>>();
        let filled = shape.iter().filter(|dark| **dark).count();
        assert!(filled > 8, "{letter} is hardly painted");
        seen.insert(shape);
    }
    // Latin and Cyrillic share some shapes.
    assert!(seen.len() > letters.chars().count() - 10, "{} shapes", seen.len());
}

//! The class of device, from what the browser says.

use super::said;

/// A class of device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Device {
    /// Held in one hand: touch, and the shorter side of the window under 600 CSS pixels.
    Phone,
    /// Touch, and a window that is neither a phone's nor wide.
    Tablet,
    /// No touch; or touch with a window that is wide (longer side at least 1.75 times the shorter) or longer than
    /// 1,400 CSS pixels, as on laptops with a touch screen.
    Desktop,
    /// The browser did not say enough.
    Unknown,
}

const PHONE_SHORT_SIDE: f64 = 600.0;
const TABLET_LONG_SIDE: f64 = 1400.0;
const TABLET_RATIO: f64 = 1.75;

/// The class of device from `touch` (`true` or `false`) and `viewport` (such as `390x844`, in CSS pixels).
///
/// A rule of thumb, documented at [`Device`]: Android draws the line between phone and tablet at a smallest width
/// of 600 dp, windows of laptops are wider than those of tablets. A small window on a laptop with a touch screen
/// counts as a tablet or a phone.
pub fn device(environment: &[(String, String)]) -> Device {
    match said(environment, "touch") {
        Some("false") => Device::Desktop,
        Some("true") => said(environment, "viewport").and_then(sides).map_or(Device::Unknown, by_size),
        _ => Device::Unknown,
    }
}

fn by_size((short, long): (f64, f64)) -> Device {
    if short < PHONE_SHORT_SIDE {
        Device::Phone
    } else if long > TABLET_LONG_SIDE || long / short >= TABLET_RATIO {
        Device::Desktop
    } else {
        Device::Tablet
    }
}

/// The shorter and the longer side of a window.
fn sides(viewport: &str) -> Option<(f64, f64)> {
    let (width, height) = viewport.split_once('x')?;
    let width: u32 = width.trim().parse().ok()?;
    let height: u32 = height.trim().parse().ok()?;
    (width > 0 && height > 0).then(|| (f64::from(width.min(height)), f64::from(width.max(height))))
}

// === impl Device ===

impl Device {
    /// The word for it: `phone`, `tablet`, `desktop`; empty when unknown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Tablet => "tablet",
            Self::Desktop => "desktop",
            Self::Unknown => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_devices_fall_into_their_class() {
        let class = |touch: &str, viewport: &str| {
            device(&[("touch".into(), touch.into()), ("viewport".into(), viewport.into())])
        };
        for phone in ["390x844", "412x915", "844x390", "320x568"] {
            assert_eq!(class("true", phone), Device::Phone, "{phone}");
        }
        for tablet in ["768x954", "1024x690", "1180x746", "1366x950", "800x1208"] {
            assert_eq!(class("true", tablet), Device::Tablet, "{tablet}");
        }
        for touch_laptop in ["1536x730", "1366x657", "1920x950"] {
            assert_eq!(class("true", touch_laptop), Device::Desktop, "{touch_laptop}");
        }
        assert_eq!(class("false", "390x844"), Device::Desktop);
        for odd in ["", "x", "0x0", "-1x5", "390", "99999999999x1", "a x b"] {
            assert_eq!(class("true", odd), Device::Unknown, "{odd}");
        }
        assert_eq!(device(&[]), Device::Unknown);
    }
}

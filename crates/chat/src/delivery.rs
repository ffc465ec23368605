//! Bringing results to people.

use std::sync::Arc;

use arc_swap::ArcSwap;
use clock::Clock;
use generation::{Delivery, DeliveryOutcome, Parcel, PortFuture, SentAs};
use telegram::{OutFile, OutKind, Outbound, limits};

use crate::busy;
use crate::desk::Desk;
use crate::journey;
use crate::render::{self, Pen};
use crate::screen::inline;
use crate::screens;
use crate::sender::{Sender, Trouble, Urgency};

/// Sends results into the chat, by upload or by link.
#[derive(Clone, Debug)]
pub struct Courier {
    sender: Sender,
    desk: Arc<ArcSwap<Desk>>,
    clock: Clock,
}

impl Courier {
    /// A courier that shares the pace of the sender.
    #[must_use]
    pub fn new(sender: Sender, desk: Arc<ArcSwap<Desk>>, clock: Clock) -> Self {
        Self { sender, desk, clock }
    }

    async fn bring(&self, parcel: Parcel) -> DeliveryOutcome {
        let outbound = match self.pack(&parcel) {
            Ok(outbound) => outbound,
            Err(reason) => return DeliveryOutcome::Refused(reason),
        };
        let action = busy::bringing(parcel.form, parcel.output.kind);
        self.sender.show(parcel.view.chat_id, action).await;
        match self.sender.send(&outbound, Urgency::Normal).await {
            Ok(sent) => {
                DeliveryOutcome::Sent { message_id: sent.message_id, file_id: sent.file_id }
            }
            Err(Trouble::NotNow(pause)) => DeliveryOutcome::NotNow(pause),
            Err(Trouble::Unreachable) => {
                self.sender.lose(parcel.view.user_id).await;
                DeliveryOutcome::Blocked
            }
            Err(Trouble::Refused(reason)) => DeliveryOutcome::Refused(reason),
            Err(Trouble::MessageGone) => DeliveryOutcome::Refused("the message is gone".to_owned()),
            Err(Trouble::Unknown(reason)) => DeliveryOutcome::Unknown(reason),
        }
    }

    /// The message for a parcel, or why it cannot be one in this form.
    fn pack(&self, parcel: &Parcel) -> Result<Outbound, String> {
        let order = &parcel.view;
        let desk = self.desk.load();
        let pen = Pen::of_order(&desk, order);
        let position = usize::try_from(parcel.output.position).unwrap_or(0);
        let part = (position, parcel.total);
        let now = self.clock.now();
        let caption = if parcel.again {
            render::resent_caption(&pen, order)
        } else {
            render::caption(&pen, order, part, parcel.taken, parcel.balance, now)
        };
        let buttons = if position + 1 >= parcel.total {
            render::result_buttons(&pen, order, parcel.output.position)
        } else {
            render::part_buttons(&pen, order, parcel.output.position)
        };
        if parcel.form == SentAs::Link {
            let address = journey::render::address(&desk, now, order, &parcel.output);
            let mut screen = render::link(&pen, &caption, &address);
            screen.inline.extend(buttons);
            let keyboard = screen.keyboard_inline();
            return Ok(Outbound::Text { chat: order.chat_id, html: screen.html, keyboard });
        }
        if parcel.form == SentAs::Media
            && let Some(html) = render::words(&caption, &parcel.output)
        {
            let keyboard = inline(&buttons);
            return Ok(Outbound::Text { chat: order.chat_id, html, keyboard });
        }
        let known = parcel.output.original_file_id.clone();
        if let Some(file_id) = known.filter(|_| parcel.form == SentAs::Document) {
            let (kind, file) = (OutKind::Document, OutFile::FileId(file_id));
            let keyboard = inline(&buttons);
            let chat = order.chat_id;
            return Ok(screens::media(chat, kind, file, &parcel.output, &caption, keyboard));
        }
        let bytes = parcel.bytes.clone().ok_or("there are no bytes to upload")?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size > limits::FILE_BYTES {
            return Err("the file is over Telegram's limit for uploads".to_owned());
        }
        let kind = if parcel.form == SentAs::Document {
            OutKind::Document
        } else {
            screens::kind_of(&parcel.output, size)
        };
        let mime = parcel.output.mime.clone();
        let name = file_name(&order.code, parcel, &mime);
        let file = OutFile::Upload { name, mime, bytes };
        Ok(screens::media(order.chat_id, kind, file, &parcel.output, &caption, inline(&buttons)))
    }
}

/// A name that says whose work it is: the order's number and the place among its results.
fn file_name(code: &str, parcel: &Parcel, mime: &str) -> String {
    let extension = match mime {
        "image/jpeg" => "jpg",
        "audio/midi" => "mid",
        "audio/mpeg" => "mp3",
        "audio/mp4" | "audio/x-m4a" => "m4a",
        "text/plain" => "txt",
        "video/quicktime" => "mov",
        other => other.rsplit(['/', '-']).next().unwrap_or("bin"),
    };
    if parcel.total > 1 {
        format!("{code}-{}.{extension}", parcel.output.position + 1)
    } else {
        format!("{code}.{extension}")
    }
}

impl Delivery for Courier {
    fn send<'a>(&'a self, parcel: Parcel) -> PortFuture<'a, DeliveryOutcome> {
        Box::pin(self.bring(parcel))
    }
}

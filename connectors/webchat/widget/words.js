// Every word the widget says itself.

const ja = {
  shop: "お客様窓口",
  subtitle: "自動応答がお答えします",
  withPerson: (name) => (name ? `担当の${name}が対応しています` : "担当者が対応しています"),
  conversation: "会話",
  write: "メッセージを入力",
  send: "送信",
  close: "閉じる",
  menu: "メニュー",
  choices: "選択肢",
  cards: "商品などの一覧",
  previous: "前へ",
  next: "次へ",
  latest: "新しいメッセージへ",
  hello: "いらっしゃいませ。",
  ask: "在庫やご注文、店舗での受け取り、ポイントについて、ふだんの言葉でお尋ねください。",
  consent:
    "自動応答の窓口です。会話は、お問い合わせに対応するために保存します。" +
    "「担当者と話したい」とお送りいただければ、担当者におつなぎします。",
  starters: "よくあるご相談",
  starter: [
    "商品の在庫を知りたい",
    "注文の状況を知りたい",
    "店舗受取について",
    "ポイントを知りたい",
  ],
  bot: "自動応答",
  agent: (name) => `担当者 ${name ?? ""}`.trim(),
  you: "お客様",
  system: "お知らせ",
  sending: "送信中",
  sent: "送信済み",
  failed: "送信できませんでした",
  retry: "再送する",
  offline: "オフラインです。接続が戻りしだい、お送りします。",
  lost: "接続しなおしています…",
  ended: "一定の期間が過ぎたため、以前の会話は表示されません。続けてご相談いただけます。",
  refused: "送信できませんでした。内容をお確かめください。",
  bringing: "ほかのチャネルでのご相談を、こちらに引き継いでいます…",
  notBrought: "リンクからご相談を引き継げませんでした。もう一度リンクを開いてお試しください。",
  busy: "少し混み合っています。このまま少々お待ちください。",
  sharePlace: "現在地を送る",
  place: "現在地",
  map: "地図を開く",
  noPlace: "現在地を取得できませんでした。店舗名や駅名でもお尋ねいただけます。",
  person: "担当者と話す",
  askPerson: "担当者と話したい",
  leave: "この端末での会話を終える",
  sureToLeave:
    "この端末での会話を終えますか。終えると、これまでの会話はこの端末に表示されなくなります。",
  leaveNow: "終了する",
  stay: "このまま続ける",
  elsewhere: (channel) => `${channel}で続ける`,
  noElsewhere: (channel) =>
    `${channel}で続ける準備ができませんでした。少し時間をおいて、もう一度お試しください。`,
  openElsewhere: (channel) => `${channel}を開く`,
  codeElsewhere: (channel, code, until) =>
    `${channel}のトークで番号 ${code} をお送りいただいても、この会話を続けられます（${until}まで）。`,
  picture: "画像",
  today: "今日",
  yesterday: "昨日",
  language: "English",
};

/** @type {typeof ja} */
const en = {
  shop: "Customer service",
  subtitle: "Answered automatically",
  withPerson: (name) => (name ? `You are talking with ${name}` : "You are talking with our staff"),
  conversation: "Conversation",
  write: "Write a message",
  send: "Send",
  close: "Close",
  menu: "Menu",
  choices: "Choices",
  cards: "List",
  previous: "Previous",
  next: "Next",
  latest: "To the newest message",
  hello: "Welcome.",
  ask: "Ask about stock, orders, store pickup or points, in your own words.",
  consent:
    "This counter answers automatically. We keep the conversation so that we can help you. " +
    "Write “I want to talk to a person” and our staff will take over.",
  starters: "Common questions",
  starter: [
    "Is an item in stock?",
    "Where is my order?",
    "Is my pickup ready?",
    "How many points do I have?",
  ],
  bot: "Automatic reply",
  agent: (name) => (name ? `${name}, our staff` : "Our staff"),
  you: "You",
  system: "Notice",
  sending: "Sending",
  sent: "Sent",
  failed: "Not sent",
  retry: "Send again",
  offline: "You are offline. Your messages go out when you are back.",
  lost: "Connecting again…",
  ended: "Some time has passed, so the earlier talk is no longer shown. Please go on.",
  refused: "This could not be sent. Please check what you wrote.",
  bringing: "Bringing over what you talked about elsewhere…",
  notBrought: "That link could not be used. Please open it again.",
  busy: "We are a little busy. Please stay here a moment.",
  sharePlace: "Share my location",
  place: "My location",
  map: "Open the map",
  noPlace: "Your location could not be found. A store or station name works, too.",
  person: "Talk to a person",
  askPerson: "I want to talk to a person",
  leave: "End the conversation on this device",
  sureToLeave:
    "End the conversation on this device? What was said will no longer be shown here.",
  leaveNow: "End it",
  stay: "Keep talking",
  elsewhere: (channel) => `Continue in ${channel}`,
  noElsewhere: (channel) =>
    `The way to ${channel} could not be made ready. Please try again in a moment.`,
  openElsewhere: (channel) => `Open ${channel}`,
  codeElsewhere: (channel, code, until) =>
    `Or send the number ${code} in ${channel} to go on with this talk there (until ${until}).`,
  picture: "Picture",
  today: "Today",
  yesterday: "Yesterday",
  language: "日本語",
};

/** @type {Record<string, typeof ja>} */
export const WORDS = { ja, en };

const CHANNELS = { line: "LINE", telegram: "Telegram" };

/** How another channel is called. @param {string} channel */
export function channelName(channel) {
  return CHANNELS[channel] ?? channel;
}

/**
 * The language to speak: the first wish that the shop speaks, else its first.
 * @param {(string | null | undefined)[]} wishes BCP 47 tags
 * @param {string[]} spoken
 */
export function localeOf(wishes, spoken) {
  const known = spoken.filter((language) => language in WORDS);
  const wished = wishes.map((wish) => (wish ?? "").toLowerCase().split(/[-_]/u)[0]).find(Boolean);
  if (wished && known.includes(wished)) return wished;
  const fallback = known.includes("en") && wished && wished !== "ja" ? "en" : known[0];
  return fallback ?? "ja";
}

/** A day as the customer would call it. @param {Date} day @param {string} locale */
export function dayName(day, locale) {
  const words = WORDS[locale];
  const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(Date.now()) - midnight(day)) / 86_400_000);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  const parts = { month: "long", day: "numeric", weekday: "short" };
  return new Intl.DateTimeFormat(locale, parts).format(day);
}

/** The time of day, 24 hours. */
export function timeOfDay(moment, locale) {
  const parts = { hour: "numeric", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat(locale, parts).format(moment);
}

// What the visitor's page says, in the visitor's language.

/** @typedef {'zh-Hans' | 'zh-Hant' | 'en'} Language */

const en = {
  call: 'Call {name}',
  again: 'Call again',
  end: 'End call',
  mute: 'Mute',
  unmute: 'Unmute',
  keypad: 'Keypad',
  key: 'Key {key}',
  ready: 'Free of charge, by this browser. You will be asked for your microphone.',
  microphone: 'Please allow the microphone…',
  connecting: 'Connecting…',
  service: 'Please listen to the announcement.',
  waiting: 'You are waiting for an agent.',
  position: 'You are number {position} in the queue.',
  ringing: 'An agent is being called…',
  talking: 'Connected',
  endedBy: { visitor: 'You ended the call.', centre: 'The call is over.', fault: 'The connection was lost.' },
  refused: {
    busy: 'All lines are busy. Please try again in a few minutes.',
    closed: 'Nobody can be reached here at the moment.',
    microphone: 'Without a microphone there is no call. Allow it in your browser’s settings for this page.',
    insecure: 'This page must be opened over HTTPS to use the microphone.',
    unreachable: 'The call centre cannot be reached. Please try again.',
  },
};

/** @type {typeof en} */
const simplified = {
  call: '呼叫{name}',
  again: '再次呼叫',
  end: '挂断',
  mute: '静音',
  unmute: '取消静音',
  keypad: '拨号键盘',
  key: '按键 {key}',
  ready: '通过浏览器免费通话，接通前会请求使用麦克风。',
  microphone: '请允许使用麦克风……',
  connecting: '正在连接……',
  service: '请听语音提示。',
  waiting: '正在等待座席。',
  position: '您排在第 {position} 位。',
  ringing: '正在呼叫座席……',
  talking: '通话中',
  endedBy: { visitor: '您已挂断。', centre: '通话已结束。', fault: '连接已中断。' },
  refused: {
    busy: '线路全忙，请几分钟后再试。',
    closed: '目前无人接听。',
    microphone: '没有麦克风无法通话。请在浏览器设置中允许此页面使用麦克风。',
    insecure: '此页面须通过 HTTPS 打开才能使用麦克风。',
    unreachable: '无法连接呼叫中心，请重试。',
  },
};

/** @type {typeof en} */
const traditional = {
  call: '撥打給{name}',
  again: '再次撥打',
  end: '掛斷',
  mute: '靜音',
  unmute: '取消靜音',
  keypad: '撥號鍵盤',
  key: '按鍵 {key}',
  ready: '透過瀏覽器免費通話，接通前會請求使用麥克風。',
  microphone: '請允許使用麥克風……',
  connecting: '正在連線……',
  service: '請聽語音提示。',
  waiting: '正在等待座席。',
  position: '您排在第 {position} 位。',
  ringing: '正在呼叫座席……',
  talking: '通話中',
  endedBy: { visitor: '您已掛斷。', centre: '通話已結束。', fault: '連線已中斷。' },
  refused: {
    busy: '線路全忙，請幾分鐘後再試。',
    closed: '目前無人接聽。',
    microphone: '沒有麥克風無法通話。請在瀏覽器設定中允許此頁面使用麥克風。',
    insecure: '此頁面須透過 HTTPS 開啟才能使用麥克風。',
    unreachable: '無法連線到客服中心，請重試。',
  },
};

const all = { en, 'zh-Hans': simplified, 'zh-Hant': traditional };

/**
 * The first of the visitor's languages that is spoken here; `fallback` where none is.
 * @param {readonly string[]} wanted
 * @param {string} fallback
 * @returns {Language}
 */
export function chooseLanguage(wanted, fallback) {
  for (const tag of [...wanted, fallback]) {
    const lower = tag.toLowerCase();
    if (/^zh-(hant|tw|hk|mo)/.test(lower)) return 'zh-Hant';
    if (lower.startsWith('zh')) return 'zh-Hans';
    if (lower.startsWith('en')) return 'en';
  }
  return 'en';
}

/** @param {Language} language */
export const wordsIn = (language) => all[language];

/**
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** What money is called, in each tongue, with its lesser coins. */
import type { Tongue } from './tongue.ts';

export const currencies = ['CNY', 'HKD', 'TWD', 'MOP', 'SGD', 'USD', 'EUR', 'GBP', 'JPY'] as const;
export type Currency = (typeof currencies)[number];

/** English: the unit and the hundredth, as one and as many; '' where there is none. */
export const englishMoney: Readonly<Record<Currency, readonly [string, string, string, string]>> = {
  CNY: ['yuan', 'yuan', 'fen', 'fen'],
  HKD: ['Hong Kong dollar', 'Hong Kong dollars', 'cent', 'cents'],
  TWD: ['Taiwan dollar', 'Taiwan dollars', 'cent', 'cents'],
  MOP: ['pataca', 'patacas', 'avo', 'avos'],
  SGD: ['Singapore dollar', 'Singapore dollars', 'cent', 'cents'],
  USD: ['dollar', 'dollars', 'cent', 'cents'],
  EUR: ['euro', 'euros', 'cent', 'cents'],
  GBP: ['pound', 'pounds', 'penny', 'pence'],
  JPY: ['yen', 'yen', '', ''],
};

interface ChineseMoney {
  readonly unit: string;
  /** '' where hundredths are counted in one. */
  readonly tenth: string;
  readonly hundredth: string;
}

const chineseMoney: Readonly<Record<Currency, ChineseMoney>> = {
  CNY: { unit: '元', tenth: '角', hundredth: '分' },
  HKD: { unit: '港元', tenth: '角', hundredth: '分' },
  TWD: { unit: '元', tenth: '角', hundredth: '分' },
  MOP: { unit: '澳门元', tenth: '角', hundredth: '分' },
  SGD: { unit: '新加坡元', tenth: '', hundredth: '分' },
  USD: { unit: '美元', tenth: '', hundredth: '美分' },
  EUR: { unit: '欧元', tenth: '', hundredth: '欧分' },
  GBP: { unit: '英镑', tenth: '', hundredth: '便士' },
  JPY: { unit: '日元', tenth: '', hundredth: '' },
};

/** Hong Kong counts its own money in 毫 and 仙. */
const cantoneseMoney: Readonly<Partial<Record<Currency, ChineseMoney>>> = {
  HKD: { unit: '元', tenth: '毫', hundredth: '仙' },
  MOP: { unit: '澳门元', tenth: '毫', hundredth: '仙' },
};

export function chineseMoneyOf(currency: Currency, tongue: Tongue): ChineseMoney {
  return (tongue === 'cantonese' && cantoneseMoney[currency]) || chineseMoney[currency];
}

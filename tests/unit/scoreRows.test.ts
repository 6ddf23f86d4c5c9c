import { describe, expect, it } from 'vitest';
import { askedShares } from '../../workers/scoreRows.ts';

describe('the mix of classes that was asked for', () => {
  it('is the wanted shares, missing cells included', () => {
    const shares = {
      column: 'sex',
      shares: [
        { value: 'F', share: 3 },
        { value: null, share: 1 },
      ],
    };
    expect(askedShares({ shares })).toEqual({
      column: 'sex',
      classes: [
        { label: 'F', share: 3 },
        { label: null, share: 1 },
      ],
    });
  });

  it('is one class where only that one may come', () => {
    expect(askedShares({ columns: [{ column: 'fraud', categories: ['1'] }] })).toEqual({
      column: 'fraud',
      classes: [{ label: '1', share: 1 }],
    });
  });

  it.each([
    ['nothing is asked', undefined],
    ['several classes may come', { columns: [{ column: 'ward', categories: ['A', 'B'] }] }],
    [
      'missing cells may come too',
      { columns: [{ column: 'ward', categories: ['A'], missing: 'allowed' as const }] },
    ],
    ['numbers are asked for', { columns: [{ column: 'age', interval: [65, 80] as const }] }],
    [
      'another column is asked for besides, so that rows differ on purpose',
      {
        columns: [{ column: 'age', interval: [65, 80] as const }],
        shares: { column: 'sex', shares: [{ value: 'F', share: 1 }] },
      },
    ],
  ])('is none where %s', (_, conditions) => {
    expect(askedShares(conditions)).toBeNull();
  });
});

/** Words of a count under way. Its percentage is for the eye alone: read out, it would be said at every step. */
export function Counting({ words }: { words: string }) {
  const [, said = words, share = ''] = /^(.*…)( \d+%)$/.exec(words) ?? [];
  return (
    <>
      {said}
      <span aria-hidden="true">{share}</span>
    </>
  );
}

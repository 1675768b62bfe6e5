import { expect, test } from './lab.ts';

test('the map is laid in the background and morphs between the spaces', async ({ lab }) => {
  const map = lab.getByRole('region', { name: 'Map', exact: true });
  await expect(map.getByText(/kept/i).first()).toBeVisible({ timeout: 90_000 });
  await map.getByText('Foley', { exact: true }).click();
  await expect(map.getByText(/Foley knows no pictures/)).toBeVisible();
  await expect(lab).toHaveURL(/map=expert/);
});

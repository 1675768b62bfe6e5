/** The sounding concepts of "Emoji & Foley": what makes each, what pictures it, and which attributes a listener hears. */

export type SoundCategory =
  | 'animals'
  | 'birds & insects'
  | 'weather & water'
  | 'fire'
  | 'vehicles'
  | 'tools'
  | 'household'
  | 'human'
  | 'alarms & bells'
  | 'instruments';

/** Attributes that make sense for a concept: how high, how fast, how bright it can be. Distance always does. */
export type Attribute = 'pitch' | 'rate' | 'brightness';

export interface SoundConcept {
  id: string;
  /** Noun phrase without an article: "church bell". */
  name: string;
  /** Noun phrases for the thing heard, the first of them for tests too: "church bell tolling". */
  heard: readonly [string, string, string];
  category: SoundCategory;
  /** Hexcodes of emoji that picture it; every emoji belongs to at most one concept. */
  emoji: readonly string[];
  attributes: readonly Attribute[];
}

type Row = readonly [id: string, heard: string, emoji: string, attributes: string, name?: string];

/** heard: three phrases joined by "|"; attributes: p(itch), r(ate), b(rightness). */
const ROWS: Readonly<Record<SoundCategory, readonly Row[]>> = {
  animals: [
    ['dog-bark', 'dog barking|barks of a dog|barking hound', '1F415 1F436 1F429', 'pr', 'dog'],
    ['cat-meow', 'cat meowing|meows of a cat|mewing kitten', '1F408 1F431', 'pr', 'cat'],
    ['cow-moo', 'cow mooing|moos of a cow|lowing cattle', '1F404 1F42E', 'p', 'cow'],
    ['sheep-bleat', 'sheep bleating|bleats of a sheep|bleating ewe', '1F411 1F40F', 'pr', 'sheep'],
    ['pig-grunt', 'pig grunting|grunts of a pig|oinking hog', '1F416 1F437', 'pr', 'pig'],
    ['horse-hooves', 'horse trotting|hooves of a horse|clopping pony', '1F40E 1F434 1F3C7', 'rb', 'horse'],
    ['lion-roar', 'lion roaring|roars of a lion|growling big cat', '1F981', 'p', 'lion'],
    ['wolf-howl', 'wolf howling|howls of a wolf|howling in the woods', '1F43A', 'p', 'wolf'],
    ['frog-croak', 'frog croaking|croaks of a frog|croaking toad', '1F438', 'pr', 'frog'],
    [
      'elephant-trumpet',
      'elephant trumpeting|trumpeting elephant calls|blaring elephant',
      '1F418',
      'p',
      'elephant',
    ],
    ['snake-hiss', 'snake hissing|hisses of a snake|hissing serpent', '1F40D', 'rb', 'snake'],
    ['whale-song', 'whale singing|songs of a whale|moaning whale', '1F40B 1F433', 'p', 'whale'],
  ],
  'birds & insects': [
    ['rooster', 'rooster crowing|crows of a rooster|crowing cockerel', '1F413', 'p', 'rooster'],
    ['bird-chirp', 'bird chirping|chirps of a bird|tweeting songbird', '1F426', 'pr', 'bird'],
    ['duck-quack', 'duck quacking|quacks of a duck|quacking drake', '1F986', 'pr', 'duck'],
    ['crow-caw', 'crow cawing|caws of a black bird|cawing raven', '1F426-200D-2B1B', 'pr', 'black bird'],
    ['owl-hoot', 'owl hooting|hoots of an owl|hooting in the night', '1F989', 'pr', 'owl'],
    [
      'chick-peep',
      'baby chick peeping|peeps of a chick|cheeping hatchling',
      '1F424 1F425 1F423',
      'pr',
      'chick',
    ],
    ['eagle-cry', 'eagle screeching|cries of an eagle|screeching bird of prey', '1F985', 'p', 'eagle'],
    ['cricket-chirp', 'cricket chirring|chirring of a cricket|grasshopper song', '1F997', 'pr', 'cricket'],
    ['bee-buzz', 'bee buzzing|buzzing of a honeybee|humming bumblebee', '1F41D', 'p', 'honeybee'],
    ['mosquito-whine', 'mosquito whining|whine of a mosquito|whining gnat', '1F99F', 'p', 'mosquito'],
  ],
  'weather & water': [
    ['rain', 'rain falling|patter of rain|pattering raindrops', '1F327 2614 1F302', 'rb', 'rain'],
    ['thunder', 'thunder rolling|rumble of thunder|rumbling storm', '26C8 1F329 26A1', 'b', 'thunder'],
    ['wind', 'wind blowing|howl of the wind|gusting breeze', '1F32C 1F343', 'pr', 'wind'],
    ['sea-waves', 'sea waves breaking|wash of the sea|breaking surf', '1F30A 1F3D6', 'rb', 'sea waves'],
    ['water-drops', 'water dripping|drops of water|dripping tap', '1F4A7 1F6B0', 'pr', 'water drops'],
    [
      'pouring-water',
      'drink being poured|pouring of a drink|filling glass',
      '1FAD7 1F95B',
      'pb',
      'pouring liquid',
    ],
    ['bubbles', 'bubbles rising|bubbling of water|gurgling bubbles', '1FAE7', 'pr', 'bubbles'],
    ['shower', 'shower running|spray of a shower|splashing shower', '1F6BF', 'b', 'shower'],
    ['toilet-flush', 'toilet flushing|flush of a toilet|flushing cistern', '1F6BD', 'b', 'toilet'],
  ],
  fire: [
    ['fire-crackling', 'fire crackling|crackle of a fire|crackling flames', '1F525', 'rb', 'fire'],
    [
      'fireworks',
      'fireworks bursting|bursts of fireworks|exploding rockets',
      '1F386 1F387',
      'rb',
      'fireworks',
    ],
    [
      'firecrackers',
      'firecrackers popping|pops of a firecracker|banging crackers',
      '1F9E8',
      'rb',
      'firecracker',
    ],
  ],
  vehicles: [
    ['helicopter', 'helicopter flying|beat of a helicopter|chopping rotor', '1F681', 'rb', 'helicopter'],
    ['car-engine', 'car engine running|rumble of a car|idling automobile', '1F697 1F698', 'pr', 'automobile'],
    ['motorcycle', 'motorcycle revving|roar of a motorcycle|revving motorbike', '1F3CD', 'pr', 'motorcycle'],
    [
      'steam-train',
      'steam train chuffing|puffs of a locomotive|chuffing steam engine',
      '1F682',
      'rb',
      'locomotive',
    ],
    ['airplane', 'airplane passing|drone of an airplane|droning jet', '2708 1F6E9', 'pb', 'airplane'],
    [
      'racing-car',
      'racing car speeding|howl of a racing car|screaming race engine',
      '1F3CE',
      'p',
      'racing car',
    ],
    ['tractor', 'tractor chugging|chug of a tractor|chugging farm engine', '1F69C', 'pr', 'tractor'],
    ['ship-horn', 'ship horn sounding|blast of a ship horn|blaring foghorn', '1F6A2 1F6F3', 'p', 'ship'],
  ],
  tools: [
    [
      'chainsaw',
      'chainsaw cutting|whirr of a chainsaw|sawing chainsaw',
      '1FA9A 1FA93',
      'pr',
      'carpentry saw',
    ],
    [
      'electric-drill',
      'electric drill turning|whirr of a drill|drilling screwdriver',
      '1FA9B',
      'pr',
      'screwdriver',
    ],
    ['hammering', 'hammer hitting|blows of a hammer|banging hammer', '1F528 2692', 'rb', 'hammer'],
    ['scissors', 'scissors snipping|snips of scissors|cutting shears', '2702', 'rb', 'scissors'],
    ['ratchet-wrench', 'wrench clicking|clicks of a wrench|ratcheting spanner', '1F527', 'rb', 'wrench'],
  ],
  household: [
    ['clock-tick', 'clock ticking|ticks of a clock|ticking timepiece', '1F570 231A', 'rb', 'clock'],
    ['door-creak', 'door creaking|creak of a door|squeaking hinge', '1F6AA', 'pr', 'door'],
    ['keyboard-typing', 'keyboard clattering|typing on a keyboard|clattering keys', '2328', 'rb', 'keyboard'],
    [
      'camera-shutter',
      'camera shutter clicking|clicks of a camera|snapping shutter',
      '1F4F7 1F4F8',
      'rb',
      'camera',
    ],
    ['glass-clink', 'glasses clinking|clink of glasses|chinking glasses', '1F942', 'pr', 'clinking glasses'],
    ['broom-sweep', 'broom sweeping|strokes of a broom|sweeping brush', '1F9F9', 'rb', 'broom'],
    ['frying', 'food frying|sizzle of a pan|sizzling egg', '1F373', 'rb', 'cooking'],
    ['kettle-whistle', 'teapot whistling|whistle of a kettle|shrieking kettle', '1FAD6', 'p', 'teapot'],
    ['popcorn', 'popcorn popping|pops of popcorn|bursting corn', '1F37F', 'rb', 'popcorn'],
    ['key-jingle', 'keys jingling|jingle of keys|rattling key ring', '1F511 1F5DD', 'rb', 'key'],
  ],
  human: [
    ['baby-cry', 'baby crying|cries of a baby|wailing infant', '1F476 1F37C', 'pr', 'baby'],
    ['sneeze', 'person sneezing|sneeze of a person|sneezing fit', '1F927', 'pb', 'sneezing face'],
    ['laughter', 'person laughing|laughter of a person|giggling voice', '1F602 1F923', 'pr', 'laughter'],
    ['scream', 'person screaming|scream of fear|shrieking voice', '1F631', 'p', 'scream'],
    ['snoring', 'person snoring|snores of a sleeper|snoring sleeper', '1F634 1F6CC', 'pr', 'sleeping'],
    ['heartbeat', 'heart beating|beats of a heart|thumping heart', '1FAC0 1F493', 'rb', 'heart'],
    ['footsteps', 'person walking|footsteps on a floor|tapping shoes', '1F463 1F6B6', 'rb', 'footprints'],
    ['clapping', 'hands clapping|claps of hands|applauding hands', '1F44F', 'rb', 'clapping hands'],
  ],
  'alarms & bells': [
    [
      'church-bell',
      'church bell tolling|strokes of a church bell|ringing steeple',
      '26EA 1F514',
      'pr',
      'church bell',
    ],
    ['alarm-clock', 'alarm clock ringing|ring of an alarm clock|rattling alarm', '23F0', 'pr', 'alarm clock'],
    ['telephone', 'telephone ringing|rings of a telephone|ringing phone', '260E 1F4DE', 'pr', 'telephone'],
    [
      'bicycle-bell',
      'bicycle bell ringing|ting of a bicycle bell|tinging bike',
      '1F6B2 1F6B4',
      'pr',
      'bicycle',
    ],
    ['wind-chimes', 'wind chimes tinkling|tinkle of wind chimes|tinkling chime', '1F390', 'pr', 'wind chime'],
    [
      'police-siren',
      'police siren wailing|wail of a police car|wailing siren',
      '1F693 1F694 1F6A8',
      'pr',
      'police car',
    ],
    [
      'ambulance-siren',
      'ambulance siren sounding|two tones of an ambulance|blaring ambulance',
      '1F691',
      'pr',
      'ambulance',
    ],
    [
      'mobile-ringtone',
      'mobile phone playing a tone|ringtone of a mobile|beeping handset',
      '1F4F1 1F4F2',
      'pr',
      'mobile phone',
    ],
  ],
  instruments: [
    ['guitar', 'guitar being plucked|notes of a guitar|strumming guitar', '1F3B8', 'pr', 'guitar'],
    ['banjo', 'banjo being picked|notes of a banjo|twanging banjo', '1FA95', 'pr', 'banjo'],
    ['piano', 'piano being played|notes of a piano|tinkling piano keys', '1F3B9', 'pr', 'musical keyboard'],
    ['violin', 'violin being bowed|notes of a violin|singing fiddle', '1F3BB', 'pr', 'violin'],
    ['trumpet', 'trumpet being blown|notes of a trumpet|blaring trumpet', '1F3BA', 'pr', 'trumpet'],
    ['saxophone', 'saxophone being played|notes of a saxophone|wailing sax', '1F3B7', 'pr', 'saxophone'],
    ['flute', 'flute being played|notes of a flute|piping flute', '1FA88', 'pr', 'flute'],
    [
      'accordion',
      'accordion being played|chords of an accordion|wheezing accordion',
      '1FA97',
      'pr',
      'accordion',
    ],
    ['drum', 'drum being beaten|beats of a drum|thudding drum', '1F941 1FA98', 'pr', 'drum'],
    ['maracas', 'maracas being shaken|shakes of maracas|rattling maracas', '1FA87', 'rb', 'maracas'],
  ],
};

const ATTRIBUTES: Readonly<Record<string, Attribute>> = { p: 'pitch', r: 'rate', b: 'brightness' };

/** Every sounding concept, in a fixed order. */
export const CONCEPTS: readonly SoundConcept[] = (Object.keys(ROWS) as SoundCategory[]).flatMap((category) =>
  ROWS[category].map(([id, heard, emoji, attributes, name]) => ({
    id,
    name: name ?? id,
    heard: heard.split('|') as [string, string, string],
    category,
    emoji: emoji.split(' '),
    attributes: Array.from(attributes, (letter) => ATTRIBUTES[letter]!),
  })),
);

/** Concepts that ESC-10 has recordings of, by its folder names. */
export const ESC10_CONCEPTS: Readonly<Record<string, string>> = {
  dog_bark: 'dog-bark',
  rain: 'rain',
  sea_waves: 'sea-waves',
  baby_cry: 'baby-cry',
  clock_tick: 'clock-tick',
  person_sneeze: 'sneeze',
  helicopter: 'helicopter',
  chainsaw: 'chainsaw',
  rooster: 'rooster',
  fire_crackling: 'fire-crackling',
};

/** @throws RangeError for an id that is no concept. */
export function conceptOf(id: string): SoundConcept {
  const concept = BY_ID.get(id);
  if (!concept) throw new RangeError(`There is no sounding concept "${id}".`);
  return concept;
}
const BY_ID = new Map(CONCEPTS.map((concept) => [concept.id, concept]));

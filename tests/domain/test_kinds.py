"""Kinds of songs: 200 titles of both sides, precision over recall."""

import pytest

from bot.domain.kinds import NO_KIND, Kind, kinds_of

SEASON = """
Last Christmas | Wham! | LAST CHRISTMAS
All I Want for Christmas Is You | Mariah Carey | Merry Christmas
Snowman | Sia | Everyday Is Christmas (Deluxe Edition)
Silver Bells | Brett Young | Pop Christmas 2022
Let It Snow! Let It Snow! Let It Snow! | Dean Martin | A Winter Romance
It's Beginning to Look a Lot like Christmas | Michael Bublé |
Rockin' Around The Christmas Tree | Brenda Lee |
Feliz Navidad | José Feliciano |
Esta Navidad | Héctor Lavoe | Asalto Navideño
Noche de Paz | Coro | Villancicos
Los Peces En El Río | Coro |
Mi Burrito Sabanero | La Rondallita |
Stille Nacht | Thomanerchor |
O Tannenbaum | Chor |
Weihnachtszeit | Rolf | Weihnachtslieder
In der Weihnachtsbäckerei | Rolf |
Schenk mir dein Herz zum Weihnachtsfest | Allessa |
Petit Papa Noël | Tino Rossi |
Cantique de Noël | Chorale |
Douce nuit | Chorale |
Vive le vent | Chorale |
Bianco Natale | Irene | Buon Natale
Tu scendi dalle stelle | Coro |
Noite Feliz | Coral | Feliz Natal
Então É Noite de Natal | Cantora |
Mer Jul (God Jul) | Adolphson |
Julens stjärna: Julen är här | Tommy |
Joulumaa | Katri |
Kerstmis zonder jou | Zanger |
Vánoce, Vánoce přicházejí | Sbor |
Karácsonyi ének: Karácsony | Kórus |
Kolędy: Boże Narodzenie | Chór |
Рождество | Хор |
С Новым годом | Хор |
クリスマス・イブ | 歌手 |
聖誕結 | 歌手 |
크리스마스니까 | 가수 |
Silent Night | Annie | Winter
O Holy Night (Remastered 2014) | Orchestra |
Jingle Bell Rock | Bobby Helms |
Sleigh Ride | Leroy |
Winter Wonderland | Rod |
Have Yourself A Merry Little Christmas | Sam |
Santa Claus Is Coming To Town | The Jackson 5 |
Santa Baby | Eartha |
Santa Tell Me | Ariana Grande |
I Saw Mommy Kissing Santa Claus | The Jackson 5 |
Rudolph The Red-Nosed Reindeer | Gene |
Frosty The Snowman | The Platters |
Happy Xmas (War Is Over) | John Lennon |
Merry Xmas Everybody | Slade |
Mistletoe | Justin Bieber | Under the Mistletoe
Auld Lang Syne | Guy |
Carol of the Bells | Choir |
Driving Home for Christmas | Chris Rea |
Baby, It's Cold Outside | Ella |
Fairytale of New York | The Pogues |
"""
MADE = """
SPED_UP | Tek It - Sped Up | Cafuné |
SPED_UP | dumb dumb - sped up | mazie |
SPED_UP | Shootout (Sped Up) | Izzamuzzic |
SPED_UP | Collide (Sped Up Remix) | Justine Skye |
SPED_UP | Everytime We Touch - Nightcore & KYANU Edit | Cascada |
SPED_UP | Angel With A Shotgun | Nightcore Reality |
SPED_UP | Escapism. - speed up version | Someone |
SLOWED | Dandelions - slowed + reverb | Ruth B. |
SLOWED | Heat Waves - Slowed | Glass Animals |
SLOWED | Payphone (Slowed & Reverb) | fenekot |
SLOWED | Only Love Can Hurt Like This - Slowed Down Version | Paloma Faith |
SLOWED | Drama [Slowed] | Maga |
SLOWED | sex money feelings die - slowed version | Lykke Li |
KARAOKE | Let It Go - Instrumental Karaoke | Robert |
KARAOKE | Someone Like You (Karaoke Version) | Studio |
KARAOKE | Hello (Karaoke) | Backing Tracks |
KARAOKE | Mamma Mia | Sing King Karaoke |
KARAOKE | Africa - Backing Track | Studio |
KARAOKE | Shallow | Studio Band | Karaoke Hits, Vol. 12
TRIBUTE | Rolling in the Deep (Made Famous by Adele) | Studio Band |
TRIBUTE | Yellow (Originally Performed by Coldplay) | Studio Band |
TRIBUTE | Fix You (In the Style of Coldplay) | Studio Band |
TRIBUTE | Halo - Tribute to Beyoncé | Pop Stars |
TRIBUTE | Clocks | The Tribute Players |
TRIBUTE | Creep | Strings | String Quartet Tribute to Radiohead
LULLABY | Yellow (Lullaby Version) | Rockabye Baby! |
LULLABY | Enter Sandman | Rockabye Baby! | Lullaby Renditions of Metallica
LULLABY | The Best Baby Lullaby Music | Sandman |
LULLABY | Baby Mine | The Sleep Diaries | Lullaby Versions of Disney Classics
LULLABY | Jesus Loves Me | Jon | Piano Lullabies for Bedtime
CHIPTUNE | Take on Me (8-Bit Version) | Arcade |
CHIPTUNE | Africa (8 Bit) | Arcade |
CHIPTUNE | Bohemian Rhapsody | 8-Bit Universe |
NOISE | Clean White Noise - Loopable With No Fade | Noise Makers |
NOISE | Deep Brown Noise | Brainbox |
NOISE | Pink Noise For Sleep 7 | Granular |
NOISE | Pouring Rain | Rain Sounds |
NOISE | Fan Whir | White Noise for Babies |
NOISE | Forest Morning | Nature Sounds |
NOISE | Rain On Roof - Loopable | Thunderstorms HD |
CHILDREN | Baby Shark | Pinkfong | Pinkfong Animal Songs
CHILDREN | Shake It Off | KIDZ BOP Kids | KIDZ BOP 28
CHILDREN | Wheels on the Bus | CoComelon | CoComelon Kids Hits, Vol. 1
CHILDREN | Once I Caught a Fish Alive | Belle | Nursery Rhymes
CHILDREN | Alle meine Entchen | Chor | Die schönsten Kinderlieder
CHILDREN | Los pollitos dicen | Coro | Canciones Infantiles
CHILDREN | Hot Potato | The Wiggles |
"""
ORDINARY = """
Lullaby | The Cure | Disintegration
Lullaby | Shawn Mullins | Soul's Core
Lullaby (Goodnight, My Angel) | Billy Joel | River of Dreams
Tribute | Tenacious D | Tenacious D
Tribute to B.B. King | Pappo | Buscando un Amor
When You Say Nothing At All | Alison Krauss | A Tribute Album
Slow | Kylie Minogue | Body Language
Slow Down | Selena Gomez | Stars Dance
Slow Burn | Kacey Musgraves | Golden Hour
Slowed | The Slow Band | Nothing
Speed | Billy Idol |
Sped Up | Somebody |
Fast Car | Tracy Chapman |
Faster | Within Temptation |
Karaoke | Drake | Thank Me Later
Karaoke | Boomdabash | Karaoke
Karaoke Soul | Tom McRae | Just Like Blood
White Noise | Disclosure | Settle
White Noise | PVRIS | White Noise
Brown Sugar | The Rolling Stones |
Noise | Kenny Chesney |
Rain | The Beatles |
Rain Sound | B.A.P |
Kids | MGMT | Oracular Spectacular
Kids | OneRepublic |
The Kids Aren't Alright | The Offspring |
Kids in America | Kim Wilde |
Children | Robert Miles | Dreamland
Cold Little Heart | Cold War Kids |
Baby | Justin Bieber |
Hush Little Baby | Bobby McFerrin |
Toddler | Crying Band |
Nursery | The Band |
8 Mile | Eminem |
8-Bit Heart | Simon Curtis | 8Bit Heart
Renge Aroosi | Martin Shamoonpour | 8 Bit
Machine Gun - 16 Bit Remix | Noisia |
Bit by Bit | Mother Mother |
Santa Monica | Everclear |
Santa Fe | Beirut |
La Santa | Bad Bunny | YHLQMDLG
Santa | Rvssian |
Santa Maria | Gotan Project |
Creo en Mí | Natalia Jiménez |
Natal Chart | Kid Zzz |
Mi Pequeña Nataly | Checo Acosta |
Last Night | The Strokes |
December | Collective Soul |
December, 1963 (Oh, What a Night!) | Four Seasons |
A Long December | Counting Crows | Recovering the Satellites
Merry Christmas Mr. Lawrence | Ryuichi Sakamoto |
Merry-Go-Round | Mötley Crüe |
Angel of Death | AJJ | Christmas Island
The Girl From Ipanema | Frank Sinatra | christmas but not christmas songs
Joy to the World | Three Dog Night |
Joy | Apollo 100 |
Holiday | Green Day | American Idiot
Holidays | Miami Horror |
Winter | Tori Amos |
Winter Song | Sara Bareilles |
Snow (Hey Oh) | Red Hot Chili Peppers |
Snowblind | Black Sabbath |
Let It Go | Idina Menzel | Frozen
Let It Be | The Beatles |
Silent All These Years | Tori Amos |
Silent Lucidity | Queensrÿche |
Night Fever | Bee Gees |
Holy Diver | Dio |
Ring My Bell | Anita Ward |
Hells Bells | AC/DC |
Carol | Chuck Berry |
Carol | The Christmas Lights |
Evergreen | Yebba |
Noel | Noel Gallagher |
BREAK (feat. Jul) | SAF;Jul | BREAK
Julia | The Beatles |
Angel | Sarah McLachlan |
Angels | Robbie Williams |
Star | Merry Go Round |
Drummer Boy | Debi Nova |
Tree | The Trees |
Ribbon in the Sky | Stevie Wonder |
Comptine d'un autre été, l'après-midi | Yann Tiersen | Amélie
Zombie | The Cranberries | Halloween Party Canzoni per Bambini 2022
Algo Me Gusta De Ti | Wisin & Yandel | Regageton Para Niños
Reverb | Somebody |
Style | Taylor Swift | 1989
Famous | Kanye West |
Made for You | Alexander Cardinale |
Version of Me | Sasha Sloan |
Nightcall | Kavinsky |
Night Core of the City | Jazz Trio |
Just One Of Those Things | George Benson | Inspiration (A Tribute To Nat King Cole)
Sleep | The Dandy Warhols |
Sleeping Beauty | A Perfect Circle |
Little Lion Man | Mumford & Sons | Lullabies to Paralyze
Ocean | John Butler |
"""


def rows(text: str, fields: int) -> list[list[str]]:
    lines = [line for line in text.strip().splitlines() if line]
    return [[*(part.strip() for part in line.split("|")), ""][:fields] for line in lines]


def told(title: str, artists: str, album: str) -> Kind:
    return kinds_of(title, album or None, tuple(artists.split(";")))


@pytest.mark.parametrize(("title", "artists", "album"), rows(SEASON, 3))
def test_songs_of_the_season(title: str, artists: str, album: str) -> None:
    assert told(title, artists, album) == Kind.SEASON


@pytest.mark.parametrize(("kind", "title", "artists", "album"), rows(MADE, 4))
def test_songs_that_were_made_of_others_or_for_a_purpose(
    kind: str, title: str, artists: str, album: str
) -> None:
    assert told(title, artists, album) & Kind[kind]


@pytest.mark.parametrize(("title", "artists", "album"), rows(ORDINARY, 3))
def test_ordinary_songs_stay_ordinary(title: str, artists: str, album: str) -> None:
    assert told(title, artists, album) == NO_KIND


def test_two_hundred_titles() -> None:
    assert len(rows(SEASON, 3)) + len(rows(MADE, 4)) + len(rows(ORDINARY, 3)) >= 200

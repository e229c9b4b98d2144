/** How much one gateway holds, and how long it waits. */

/** Of one tenant: others still find a place, and on another gateway the tenant finds more. */
export const GATEWAY_TENANT_MAX = 1_600;
/** Topics over all connections: about 200 bytes each, a quarter of what an object may hold. */
export const LISTENINGS_MAX = 150_000;
/** Topics that are followed for somebody: every symbol of a large venue in a few kinds. */
export const FEEDS_MAX = 12_000;
/** Messages of one topic to go on from: minutes of a busy one, since of quotes and forming bars only the newest stays. */
export const RING_ENTRIES_MAX = 1_024;
/** Their text: a quarter of what the actor itself keeps; it is asked for what lies further back. */
export const RING_UNITS_MAX = 262_144;
/** Text of all rings together: a quarter of what an object may hold. */
export const RINGS_UNITS_MAX = 33_554_432;
/** The least that a topic keeps, however many there are: the newest few bars. */
export const RING_SHARE_MIN = 1_024;
/** What a newcomer is sent after an old snapshot; where there is more, a new snapshot is asked for. */
export const CATCH_UP_UNITS_MAX = 32_768;
/** Sessions on disk: those of full connections, and as many that may come back. */
export const SESSIONS_MAX = 4_000;
/** Control frames of one client at once: it resumes each of its topics by itself, and acknowledges and asks beside that. */
export const FRAMES_AT_ONCE_MAX = 1_300;
/** Frames of one client that wait for their turn: as many. */
export const FRAMES_WAITING_MAX = FRAMES_AT_ONCE_MAX;
/** Patterns of one connection: widths of some symbols, and some whole venues. */
export const PATTERNS_PER_CONNECTION_MAX = 32;
/** Expansions that are remembered until the next look: each venue in a few widths. */
export const EXPANSIONS_MAX = 64;
/** How long a subscriber waits for actors that do not answer; a cold one is there within a second. */
export const OPENING_MS_MAX = 5_000;
/** A topic that nobody listens to is followed so long: as long as who listened may come back. */
export const IDLE_MS_MAX = 60_000;
/** How often the gateway looks after its connections and topics: the grain of everything that is counted in seconds. */
export const TICK_MS = 1_000;
/** A topic that says nothing for so long is asked after. */
export const SILENCE_MS = 30_000;
/** A heartbeat of a thousand topics is a hundred kilobytes: a flood of pings would have the gateway write nothing else. */
export const PING_BEAT_MS = 1_000;
/** Pings of a connection, apart from its other frames: nothing new can be learned by more of them. */
export const PINGS_PER_SECOND_MAX = 10;
/** After a hang the pings of some seconds may come at once. */
export const PING_BURST_MAX = 60;
/** One that goes on saying nothing is asked after more and more seldom, down to this: its actor would never sleep. */
export const SILENCE_ASKED_MS_MAX = 240_000;
/** Actors asked in one tick: calls that cost the gateway little beside what it sends. */
export const PULSES_PER_TICK_MAX = 32;
/** Patterns are looked at again for new listings: soon enough for an instrument of today. */
export const EXPAND_MS = 60_000;
/** Load that has changed is told to the directory so often; each assignment counts there at once. */
export const REPORT_MS = 2_000;
/** Where the directory says that this gateway is drained and nobody has told the clients yet: time to read the notice. */
export const DRAIN_MS = 2_000;
/** Clients whose frames are taken together: a commit for so many costs each of them next to nothing, and others wait some milliseconds behind it. */
export const TOGETHER_MAX = 64;
/** Calls of actors that are taken together: several hundred come within a macrotask where a feed posts a whole market. */
export const GATHERED_MAX = 512;
/** The slowest pace, for who falls behind. */
export const SLOWEST_MS = 1_000;
/** Names that are known to exist, at about 100 bytes each; then all are asked for anew. */
export const KNOWN_NAMES_MAX = 20_000;
/** Names that are asked for at this moment, each once for all who want it: the topics of a crowd that comes back. */
export const ASKED_NAMES_MAX = 4_000;
/** A topic whose actor was reached and has told nothing is asked for again: longer than an actor takes to load. */
export const REOPEN_MS = 10_000;
/** Topics of which a client hears that it lags: what a person reads; the heartbeat has all. */
export const LAGGING_WORDS_MAX = 20;
/** In a rush actors gather news so long: half of the shortest pace, so that a lossless message is hardly later. */
export const RUSH_PAUSE_MS = 25;

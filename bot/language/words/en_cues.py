"""English words for what is wanted. A phrase has the form the tokens have: lower case, no "'s".

Phrases are split by `|`; the longest one at a place counts.
"""

from bot.language.words import Cue

_CUES: dict[Cue, str] = {
    Cue.BOOK: """
        schedule | book | set up | setup | set me up | arrange | organize | organise | create | add | pencil in
        | pencil | pencil me in | block | block out | block off | block time | block my calendar | block my time
        | block some time | reserve | plan a | plan an | make a | make an | make the | make new | make another |
        set a | set an | set the | set my | set another | set | mark | mark down | log | enter | insert | new
        meeting | new event | new appointment | a new event | new calendar entry | invite | grab | fit in |
        squeeze in | show me as busy | mark me as busy | mark me busy | mark me as | show me as | get me a
        meeting | put | put in | put me down for | put down | start a new | start a meeting | send an invite |
        send an invitation | send a meeting invite | send out | initiate | establish | input | note | note down
        | make note | make a note | jot down | host | register | make time | set aside | find a time for me to
        meet | schedule me | book me | get me in | slot in | set up time | make an appointment | make
        appointment | make appointments | make arrangements | carve out | save the date | enter a | line up |
        throw a | plan | create new | sign me up | get a meeting | have a meeting with | setting up | re book |
        rebook | make plans | make a plan | start a recurring | make a recurring | slot me in | squeeze me in |
        fit me in | put me in | book me in | squeeze us in | fit us in | slot us in | put us in | book us in |
        book in | pop in | adding | scheduling | putting | arranging | organising | organizing | creating |
        blocking | pencilling in | penciling in | inviting | fix a | fix up | stick | pop a | pop | chuck |
        throw | throw in | drop a | drop in | whack | bung | hold a | put a hold | new calendar event | new
        entry | new calendar appointment | make it a | make that a | make this a | sort out | sort me out | get
        in
    """,
    Cue.BOOK_SURE: """
        schedule | pencil | pencil in | pencil me in | block | block out | block off | mark | plan a | block
        time | book | set up | arrange | add | create | insert | schedule me | book me | book us | slot me in |
        squeeze me in | fit me in | put me in | book me in | pencil us in | add in
    """,
    Cue.BOOK_WEAK: """
        i need to meet | need to meet | i want to meet | want to meet | would like to meet | let meet | let's
        meet | lets meet | need a meeting | need an appointment | want a meeting | need to have | want to have |
        need a | i need a | want a | i'd like a | i would like a | i have a | i have an | i've got a | i got a |
        i am planning | i'm planning | planning on | i am having | i'm having | there is a | there will be | we
        have a | i will have | i'll have | i am meeting | i'm meeting | i am going | i'm going | i am doing |
        i'm doing | i am attending | i need an | we need a | let have | let's have | lets have | let do | let's
        do | i want a | i want an | i need to see | i will be | i'll be | let's get | i need time | need time |
        i need some time | don't let me miss | i have to attend | i have to go | i am supposed | i'm supposed |
        make sure | let's grab | lets grab | let grab | i need to do | i'm seeing | i am seeing | i'm getting |
        i am getting | i want | i have | i've got | i need | meet with | meet | do a | have a | grab a | jump on
        a | hop on a | get a | save | hold | reserve some time | let get | let's plan | i need to book | i am
        off to | let's catch up | need to see | need to talk to | need to talk with | need to speak to | need to
        speak with | need to catch up with | want to see | want to talk to | have to meet | have to see | must
        see | must meet | gotta meet | gotta see | should meet | let's talk | let's speak | let's | i've an |
        i've a | i've | remember | remember my | remember the | remember that
    """,
    Cue.MOVE: """
        move | reschedule | re schedule | re - schedule | postpone | push | push back | push forward | push out
        | delay | bump | bring forward | change | shift | swap | switch | pull forward | move up | move back |
        move forward | edit | modify | alter | adjust | extend | shorten | change the time | change the date |
        defer | put off | prepone | advance | drag | push off | bump up | bump back | shove | make it later |
        make it earlier | can we do it | make it | rearrange | transfer | amend | correct | revise | prolong |
        lengthen | cut short | update | rescheduled | be moved | be rescheduled | be changed | be pushed | be
        postponed | moved up | moved back | pushed back | rename | replace | retitle | moved to | pushed to |
        changed to | shifted to | reschedule my | set back | rescheduling | postponing | mind moving | mind
        pushing | mind shifting | mind changing | move out | carry over
    """,
    Cue.MOVE_WEAK: """
        make | cut my | cut the | have | put | set | make my | fix | bring | pull | start | make the | set the |
        set my | let do | let's do | be
    """,
    Cue.CANCEL: """
        cancel | delete | remove | get rid of | clear | clear out | clear off | erase | drop | scrap | call off
        | wipe | wipe out | take off | unschedule | un schedule | discard | eliminate | take away | cross off |
        cancelled | no longer want | no longer need | i can't make | i cannot make | can't make it | won't make
        it | don't want to go to | not going to | skip | expunge | purge | free up my | close out | unbook |
        deleted | canceled | canceling | deleting | removing | off my calendar | off the calendar | off my
        schedule | be cancelled | be canceled | be removed | be deleted | stop the recurring | end the weekly |
        end the meeting | end the recurring | stop the weekly | uninvite me | take me off | end the series |
        stop repeating | forget the | forget my | forget about the | forget about my | cancelling | mind
        deleting | nix | ditch | bin | axe | strike | void | abort | forget about | get out of | back out of |
        pull out of | can't make | kill | dump | scratch
    """,
    Cue.EVENT: """
        meeting | meetings | appointment | appointments | event | events | standup | stand up | stand - up |
        sync | 1on1 | 1 on 1 | one on one | 1 : 1 | one - on - one | interview | interviews | conference |
        conference call | video call | phone call with | phone conference | phone meeting | video conference |
        webinar | workshop | call with | catch up | catch - up | catchup | meetup | meet up | meet - up |
        checkin | check in | check - in | retro | retrospective | all hands | entry | entries | calendar event |
        calendar events | calendar entry | engagement | engagements | commitment | commitments | block of time |
        time block | focus time | session | sessions | booking | bookings | huddle | kickoff | kick off | one to
        one | 1 - 1 | 1 - on - 1 | offsite | sit down | planning session | debrief | town hall | townhall |
        obligation | obligations | consultation | get together | get - together | gathering | gatherings |
        reunion | rendezvous | time with | some time with | minutes with | hour with | min with | mins with |
        hours with | discussion | brainstorm | brainstorming | presentation | training | invite | invites | date
        with | touch base | occasion | occasions | scheduled event | scheduled events | a call | the call |
        phone call | quick call | my call | zoom | zoom call | zoom meeting | team call | client call
    """,
    Cue.OCCASION: """
        i have lunch | lunch | dinner | breakfast | brunch | drinks | coffee | party | wedding | birthday |
        birthdays | anniversary | practice | gym | lesson | doctor | doctors | dentist | haircut | physical |
        checkup | check up | funeral | recital | rehearsal | shower | picnic | barbecue | bbq | happy hour |
        supper | hike | yoga | workout | seminar | lecture | plans | therapy | surgery | vet | massage | hair
        appointment | night out | playdate | play date | barbeque | potluck | study session | study group | jury
        duty | meal | cocktails | training | conference | swim | hangout | hang out | book club | sleepover |
        dinner party | pto | day off | time off | out of office | event planning | lunch date | dinner date |
        shopping trip | training session | family dinner | school play | school concert | bake sale | recitals |
        physio | check ups | orthodontist | optician | playdates | barber | therapist
    """,
    Cue.CALENDAR: """
        calendar | calendars | my schedule | the schedule | schedule for the | event schedule | today schedule |
        tomorrow schedule | daily schedule | weekly schedule | work schedule | meeting schedule | full schedule
        | schedule look | our schedule | agenda | diary | planner | itinerary for the day | day planner |
        timetable | personal schedule | week schedule | family schedule | schedule today | schedule tomorrow |
        schedule like | schedule on | schedules | upcoming schedule | this schedule | current schedule | entire
        schedule | social schedule | monday schedule | tuesday schedule | wednesday schedule | thursday schedule
        | friday schedule | saturday schedule | sunday schedule | whole schedule | on my calendar | to my
        calendar | in my calendar | on the calendar | to the calendar | onto my calendar | into my calendar | in
        the calendar | onto the calendar | on our calendar | to our calendar | on my schedule | to my schedule |
        to my agenda | on my agenda | in my diary | in my agenda | on calendar | to calendar | in calendar | on
        the schedule | to the schedule | my itinerary | on the books | in the books | into the diary | in the
        diary | to my diary
    """,
    Cue.REMIND: """
        remind | remind me | reminding | reminders | reminder | don't let me forget | do not let me forget |
        make sure i don't forget | make sure i remember | help me remember | notify me | alert me | give me a
        heads up | give me notice | ping me | send me a notification | notification | notifications | set a
        notification | let me know before | nudge me | warn me | so i don't forget | so that i don't forget |
        make me remember | keep me posted about the meeting | get an alert | send me an alert | set an alert | i
        need to remember | i need to be reminded | be reminded | prompt me | wake me for the meeting | an alert
        | tell me when it is time | alerts | give me an alert | from forgetting | not to forget | not forget |
        don't forget | do not forget | i forget | i don't forget | heads up
    """,
    Cue.FREE: """
        free | available | availability | availabilities | open time | open slot | open slots | free time | free
        slot | free slots | opening | openings | free hour | free hours | unoccupied | have time | got time |
        have any time | time available | time free | have a free | spare time | any time for | spare hour | gap
        | gaps | free block | free window | windows | free afternoon | free morning | free evening | free day |
        open day | free days | nothing scheduled | nothing planned | have room | room in my | room on my | fit
        in a | have space | got any time | any time on | time on | room for | space for | free at any | do i
        have time | do we have time | not busy | not booked | not tied up | not occupied
    """,
    Cue.STATE: """
        busy | booked | occupied | tied up | double booked | in a meeting | already booked | any conflicts |
        conflict | conflicts | conflict with | work for me | works for me | ok for me | good for me | okay for
        me | work for us | fine for me | work for both of us | can i do | could i do | can i make | doable |
        could i meet | can i meet | could we meet | can we meet
    """,
    Cue.SLOT: """
        find time | find a time | find some time | find a slot | find me a slot | find me time | find me a time
        | find us time | find a free | find an open | find an hour | find 30 minutes | find a good time | good
        time | best time | a time that works | times that work | time works | when can we meet | when can i meet
        | when could we meet | when could i meet | suggest a time | suggest times | suggest some times | suggest
        | when could i | when can i fit | when can i schedule | when can we | time slot | time slots | free slot
        | free slots | open slot | open slots | earliest | next available | next free | next open | slot | slots
        | offer times | propose times | propose a time | when should i | when should we | when would work | when
        works | when do i have time | when do we have time | what times work | when are we both | when are we
        all | somewhere to fit | look for a time | look for time | is there a time | is there any time | times i
        could | times we could | a time when | what time works | which time works | which day works | what day
        works | time would work | day would work | options for | some options | times for a | times to meet |
        time to meet | some times | a few times | where can i fit | where can we fit | where could i fit | where
        can i squeeze | good day | good day for | best day | best days | better time | good moment | need a time
        | i need a time | need a slot | i need a slot | need times | ideal time | good slot | time that works
    """,
    Cue.WHEN: """
        when | what time | what times | what days | which days | what day | which day | what hours | how much |
        any | which times | where | find | show | list | what | give me | how many | tell me | which
    """,
    Cue.WHY_NOT: """
        why not | why isn't | why is | why can't | why couldn't | why not at | how come not | why wasn't | why
        am i not
    """,
    Cue.ASK: """
        what | what is | which | when | when is | where | where is | who | whose | how many | how much | how
        long | how busy | how does | how is | how look | do i | do we | did i | did we | does | am i | are we |
        are there | is there | is it | is my | are my | have i | have we | will i | will we | tell me | show |
        show me | list | read | read me | read out | check | check my | look up | find | find out | give me |
        let me see | let me know | display | pull up | open my | open the | open up | any | view | see | review
        | go over | remind me what | what do | what have | what are | what does | can you tell | could you tell
        | what time | what day | what date | query | search | search for | fetch | get | look at | look for |
        look in | is | are | do | confirm | verify | can i see | say | was | were | has | describe | count | at
        what time | at which | on what | on which | run through | run down | bring up | catch me up | brief me |
        would you tell | inform me | let us know | double check | update me | how | how's | do i have | do we
        have | will i be | when is the | how are | what is the date of | what the date of | what is the date for
        | what day is the | what day is my | what date is my | what date is the
    """,
    Cue.ASK_PLANS: """
        what do i have | do i have anything | do i have something | anything going on | anything on | anything
        planned | anything scheduled | got anything | have anything | what going on | what is going on | what's
        going on | what happening | what is happening | what on today | what on tomorrow | what is on | what on
        | what on for | what coming up | what is coming up | coming up | what will happen | what planned | what
        is planned | what scheduled | what is scheduled | scheduled for | am i scheduled | am i doing | i doing
        | my day | my week | my month | my weekend | my plans | my plan | my weekly plan | my daily plan | plans
        for | plans do i | plan for | my morning | my afternoon | my evening | my next | next on my | i have
        next | do next | do i have next | my agenda | my upcoming | upcoming events | upcoming meetings | up
        coming | will i be | i supposed to | on my plate | in store | on deck | do i have a date | do i need to
        be | do i have to be | do i have plans | am i meeting | am i seeing | do i have today | do i have
        tomorrow | do i have on | do i have this | do i have for | what have i got | have i got | what have i |
        i got going | have going on | going on today | going on tomorrow | going on this | do i have going | my
        to do today | things to do today | i have to do today | anything today | anything tomorrow | something
        scheduled | something planned | what's up for | what my day | how my day | my today | my tomorrow | my
        events | my meetings | my appointments | my schedule | events on | events for | events happening | do i
        meet | things scheduled | things planned | am i going | am i attending | planned for | do i have coming
        | doing today | doing tomorrow | doing this | doing on | plans this | any plans | have plans | have any
        plans | what's next | what next | what is next | am i expected | do i have an | do i have a | do i have
        any | have planned | have scheduled | i have planned | i have scheduled | i have today | i have tomorrow
        | do i have the | do i have my | is on for | do i have left | rest of my day | i have to do | do i have
        to | did i do | did we do | are we doing | we doing | is there something | is there anything | something
        on | look like for me | look for me | i supposed to do | i need to do | i got to do | things do i have |
        stuff do i have | i have going on | do we have | we have planned | have we got | scheduled on | i booked
        for | what cooking | poppin | i meet | i meeting with | i see | i start | i finish | i get off | i off
        work | do i start | do i finish | do i work | what up today | what up tomorrow | what up for | what up
        this | what up next | what up on | i should know about | i need to know about | have i on | am i
        supposed | am i supposed to be | supposed to be doing | going down | am i up to | am i up to on
    """,
    Cue.SHOW: """
        show | list | display | read | check | open | view | see | pull up | tell me | give me
    """,
    Cue.ME: """
        me | i | i'm | myself | can i | could i | should i | can we | could we | should we | shall we
    """,
    Cue.MY: """
        my | our
    """,
    Cue.WE: """
        we | us | both of us | all of us
    """,
    Cue.AM_I: """
        am i | are we | is my | will i | would i | am | is the | is my calendar | i'm | i am | is | are | does
        my | can i | could i | do i | do we | can we | do you have | are you | is anyone | will i be | would i
        be | will we be | can i do | could i do | can we do | can i make | could we do | do i have | do we have
        | is there | are there | do i have time | do we have time | do i have a | do i have an | do i have any |
        could i meet | can i meet | could we meet | can we meet | would
    """,
    Cue.HELP: """
        what can you do | what you can do | what can you help | what are you able | what would you be able |
        what are your capabilities | what are your features | what features | what can i ask | can i ask you |
        can i ask | i can ask | what all can | what kind of things | what kind of questions | what type of
        things | what types of things | what sort of things | what kinds of | what sorts of | what questions |
        what topics | how do i use | how do you work | how does this work | how to use you | how can you help |
        how can you assist | what do you do | what commands | which commands | list commands | show commands |
        list your | what do you know | what else can you | can you help me with | things you can | what are the
        things | what subjects | what stuff can | what services | what tasks | your functions | your skills |
        your abilities | what am i able to ask | you can help with | you can help me | can you assist | what
        should i ask | what could i ask | what could you | what might you | what areas | what are you capable |
        what are you good | what is it you do | what is it you can | show me what you can | show help | get help
        | need help | help me understand what you | how may you | how could you help | what can i say | what can
        i do with you | what can i do here | able to help me with | able to do for me | what may i ask | things
        i can ask | assist me with | your help | can you do for me | you do for me | be able to do | you able to
        do | what things can | what things do you | what is your purpose | what are you for | what information
        can you | information can you give | can you answer | questions you answer | questions can | questions
        do you | what can this bot | what help can | what ways can you | in what ways | what other things | can
        i get help | be of help | be of assistance | are you capable | you capable of | are you able to do |
        else can you do | else do you do | you help with | functions do you | your features | you're able to do
        | you are able to do | you do exactly | help with here | you understand | you respond to | you're good
        at | you are good at | you're capable | you offer | you provide | example questions | sample questions |
        examples of what | use you for | i use you | talk to you about | i tell you to do | tell you to do | can
        you be used | you be used
    """,
    Cue.HELP_EXACT: """
        help | help me | commands | usage | manual | instructions | how to | menu | options | start
    """,
    Cue.CONNECT: """
        connect | link | hook up | sync | attach | sign in | log in | login | log me in | sign into | log into |
        authorize | authorise | integrate | reconnect | pair | sync with
    """,
    Cue.DISCONNECT: """
        disconnect | unlink | detach | sign out | log out | logout | revoke | unsync | stop syncing |
        deauthorize | forget my
    """,
    Cue.CONNECTED: """
        connected | linked | synced | is my calendar connected | status | connection | connections | syncing |
        still connected
    """,
    Cue.PROVIDER: """
        google | gmail | outlook | microsoft | office 365 | microsoft 365 | office365 | o365 | exchange | icloud
        | apple | caldav | fastmail | nextcloud | yahoo | google calendar | outlook calendar | icloud calendar |
        apple calendar | exchange calendar | ews | hotmail | account | accounts | google account | outlook
        account | work account | gcal | g suite | google workspace | outlook 365 | office | teams | microsoft
        account | zoho | posteo | gmx | local | local calendar
    """,
    Cue.RESPOND_YES: """
        accept | say yes to | rsvp yes | i'll be there | i will attend | i'll attend | i will be there | confirm
        my attendance | i accept | accept the | rsvp | count me in | mark me as attending | put me down as
        attending | put me down as yes | mark me as going
    """,
    Cue.RESPOND_NO: """
        decline | say no to | rsvp no | turn down | reject | i won't attend | i will not attend | i can't attend
        | i decline | not attending | refuse | mark me as not attending | put me down as not attending | count
        me out | put me down as no | can't attend | cannot attend | won't attend
    """,
    Cue.RESPOND_MAYBE: """
        tentatively accept | tentative | maybe attend | rsvp maybe | say maybe to | might attend | tentatively |
        mark me as tentative | put me down as maybe | put me down as a maybe | put me as tentative | mark me
        tentative | mark me as maybe
    """,
    Cue.INVITATION: """
        invitation | invitations | invite | invites | request | meeting request | proposal | meeting invite |
        calendar invite
    """,
    Cue.HOURS: """
        working hours | work hours | office hours | business hours | i work from | i work between | my hours are
        | my hours | i usually work | i start work at | i work | i only work | my workday | my working day | my
        work day | i'm working from | work from | working day is | start my day | my day starts | day starts at
        | my day ends | end my day | i start at | i finish at | i start work | i finish work | i end at | my
        work week is | my working week is | my workweek is | my working days are | my work days are | my
        workdays are | my week is
    """,
    Cue.DEFAULT: """
        by default | default | default duration | default length | default meeting | default meetings | meetings
        by default | unless i say | unless i say otherwise | unless stated otherwise | usual length | standard
        length | meetings should be | meetings should last | meetings last | meetings to be | all meetings |
        meeting length | meeting duration | make meetings | make my meetings
    """,
    Cue.ZONE: """
        time zone | timezone | time zones | timezones | my zone | tz | i live in | i moved to | i've moved to |
        i'm based in | i am based in | i relocated to | move me to the time zone
    """,
    Cue.BUFFER: """
        buffer | buffers | break between | breaks between | gap between | padding | between meetings | breathing
        room | time between | before meetings | after meetings | before each meeting | before every meeting |
        after each meeting | after every meeting | around meetings | between my meetings | between my calls |
        between calls | between appointments | between events | between my appointments | after my meetings |
        before my meetings | before my calls | after my calls
    """,
    Cue.ZONE_TIME: """
        time | local time
    """,
    Cue.WEEK_STARTS: """
        week starts | my week starts | my week start | week start | start my week | weeks start |
        first day of the week | start the week | week begins | my week begins | week to start | weeks begin
    """,
    Cue.NOTICE: """
        minimum notice | notice | notice period | at least | lead time | advance notice | short notice | hours
        notice
    """,
    Cue.SETTING: """
        settings | preferences | configure | my settings | my preferences | setting | preference | change
        settings | configuration
    """,
    Cue.BLOCK: """
        no meetings | no lunch meetings | don't book | do not book | never book | never schedule | don't
        schedule | do not schedule | keep free | block lunch | protect | no meeting | lunch break | no calls |
        lunch is | my lunch is | don't offer | do not offer | i have lunch | always block | keep my lunch | i
        take lunch | no bookings | never book me | don't book me | do not book me
    """,
    Cue.FOREIGN: """
        weather | forecast | temperature | raining | rainy | snowing | sunny | humid | humidity | umbrella |
        degrees | storms | stormy | windy | cloudy | raincoat | heat index | wind speed | chance of | chances of
        | cold outside | hot outside | too cold | too hot | tornado | hurricane | news | headline | headlines |
        current events | stock | stocks | stock market | share price | shares | dow | nasdaq | bitcoin | crypto
        | exchange rate | email | emails | e mail | e - mail | e - mails | inbox | unread | gmail inbox | tweet
        | tweets | twitter | facebook | instagram | social media | snapchat | linkedin | whatsapp | text message
        | sms | voicemail | voicemails | dial | phone number | contact list | music | song | songs | playlist |
        play | audiobook | audiobooks | audio book | volume | speaker | speakers | mute | spotify | pandora |
        lyrics | alarm | alarms | timer | timers | stopwatch | wake me | wake me up | snooze | lamp | bulb |
        bulbs | thermostat | vacuum | roomba | smart plug | smart socket | dim | brightness | coffee maker |
        coffee machine | make coffee | make me a coffee | make me coffee | brew | flight | flights | airline |
        airlines | airfare | fare | fares | hotel | hotels | motel | airbnb | taxi | uber | lyft | cab | subway
        | ticket | tickets | train ticket | traffic | directions | route | car rental | rental car | rental |
        gas station | mpg | mileage | boarding | carry on | layover | restaurant reservation | reservation |
        reservations | table for | table at | recipe | recipes | ingredient | ingredients | calories | nutrition
        | oven | takeaway | take away | takeout | take out food | deliver | shopping list | grocery list | todo
        | to do list | list items | my list | new list | task list | balance | checking account | savings |
        savings account | credit card | credit score | debit | transaction | transactions | spending | income |
        salary | paycheck | w2 | w - 2 | interest rate | apr | routing number | pin number | password |
        passwords | 401k | direct deposit | fraud | dollars | dollar | euros | pounds | cheap | cheapest |
        afford | translate | translation | in spanish | in french | in german | joke | jokes | funny | laugh |
        definition | define | meaning of | mean by | synonym | spell | spelling | population | theaters |
        showtimes | showtime | netflix | near me | nearby | nearest | in my area | in the area | around here |
        around me | in town | local events | this area | reviews | rating | ratings | website | wikipedia |
        google search | wifi | battery | volume up | turn off | turn on | turn up | switch on | switch off |
        shut off | shut down | power off | calculate | square root | divided by | times by | multiply | equation
        | how tall | how old | how far | how high | dice | random number | game of | video game | your name | my
        name | call me | who are you | who made you | your birthday | are you a | time is it | the time in |
        current time in | the time now | the time right | today date | the date today | is today date | date
        today | days until | days left | weeks until | days till | months until | what year | time in | daylight
        | daylight saving | timezone difference | complaint | complain | customer service | jump start |
        tracking | track my | amazon | youtube | selfie | screenshot | shipping | scores | score | who won |
        team won | super bowl score | movie times | what movie | restaurant near | book a flight | book a hotel
        | book a room | find me a room | book a table | book a ticket | book a taxi | book a cab | symptoms |
        accent | whisper | trending | curtains | blinds | heating | tea kettle | travel alert | travel
        notification | meal suggestion | what should i eat | substitute | healthy | uber eats | doordash |
        dominos | dominoes | grubhub | mcdonalds | starbucks order | how do you say | how would you say | thank
        you note | vacation days | pto days | days off do | pto | time off request | tv show | tv shows |
        timezone of | remind me what the weather | lottery | horoscope | zodiac | how many people | who invented
        | subscription | membership | what day is it | what day is today | what is today | what date is it |
        what the date | what is the date | request time off | vacation request | days off | public holiday |
        federal holiday | national holiday | bank holiday | holiday is it | national day | post office | free
        wifi | free shipping | make a call | make a phone call | place a call | call a | the world | around town
        | payday | a payment | make a list | money | vacation time | what for dinner | what for lunch | should i
        have for | should i make for | should i cook | should i wear | should i eat | should i bring | to wear |
        in the world | how much vacation | leave balance | do i owe | owe | interest | how many calories | movie
        theater | what movies | movies are | dinner ideas | gift ideas | to eat | good restaurant | good
        restaurants | world series | world cup | a transfer | the transfer | transfer money | money transfer |
        approved | been approved | approve | denied | oil change | oil changed | i like | i don't like | i love
        | i hate | do you like | double room | single room | hotel room | suite | automatic payments | automatic
        payment | autopay | auto pay | direct debit | standing order | turn down the volume | turn down the heat
        | turn down the music | turn down the lights | turn down the light | turn down the tv | turn down the
        thermostat | turn down the radio | turn down the ac | turn down the heating | turn down the brightness |
        turn down the temperature | turn down the sound | tires changed | tire changed | tires rotated | car
        serviced | mean | capitalized | how busy is the | how crowded | wait time | how long is the wait |
        opening hours | store hours | gym hours | bank hours | hours of operation | closing time | apply for |
        apply | your schedule | your day | request vacation | request leave | request pto | request a day off |
        request days off | request time | leave days | sick days | have a good day | have a nice day | have a
        good one | have a great day | have a good time
    """,
    Cue.TALK: """
        hello | hi | hey | good morning | good afternoon | good evening | good night | thanks | thank you |
        cheers | bye | goodbye | see you | how are you | ok | okay | cool | nice | great | yes | no | sure | lol
        | haha | never mind | nevermind | sorry | welcome | congratulations | feel free | free as | is free to |
        it's | in a minute | in a second | in a moment | give me a minute | wait a minute | one second | just a
        minute | a minute please | hang on | hold on | it is | that's | i was | we were | it was | that was
    """,
    Cue.WITH: """
        with | between me and | together with | along with
    """,
    Cue.MEET: """
        meet | see | meet with | meet up with | call | ring | phone | visit | join | seeing | meeting up with
    """,
    Cue.GUEST: """
        invite | cc | include | inviting | including | attendees | participants | guests | attendees are |
        participants are | add as attendees | guest
    """,
    Cue.COMING: """
        coming | is coming | are coming | will be there | are attending | is attending | will attend | are
        joining | will join | is joining | joining | attending | should come | should attend | should join | to
        join | to attend
    """,
    Cue.TITLE: """
        about | re | called | titled | named | entitled | regarding | re : | subject | topic | labeled | labelled |
        to discuss | to talk about | to go over | with the title | title | for the subject | subject : | title :
        | to plan | to review | for a | for an | on the topic of | concerning | to celebrate
    """,
    Cue.PLACE: """
        at | in | near | @
    """,
    Cue.INSTEAD: """
        instead | instead of | rather than | in place of
    """,
    Cue.RELATION: """
        boss | manager | mom | mum | dad | wife | husband | team | colleague | colleagues | friend | friends |
        family | everyone | client | clients | parents | brother | sister | son | daughter | kids | coworker |
        coworkers | team members | guys | gang | department | staff | group | class | people | neighbor |
        neighbors | doctor | dentist | my team | someone | somebody | them | him | her | it | me | you | us
    """,
    Cue.HONORIFIC: """
        dr | mr | mrs | ms | prof | doctor | professor | captain | aunt | uncle | sir | miss | grandma | grandpa
        | coach | father | pastor | president | st
    """,
    Cue.ALL: """
        all | both | every | everything | each | entire | whole
    """,
    Cue.REPEAT: """
        repeat | repeating | recurring | recurrent | every | weekly | daily | monthly
    """,
    Cue.POLITE: """
        please | can you | could you | would you | will you | can we | could we | i'd like to | i would like to
        | i want to | i need to | i need you to | i want you to | kindly | hey | hi | hello | olly | cortana |
        alexa | siri | ok google | google | help me | go ahead and | would it be possible to | is it possible to
        | thanks | thank you | can i | could i | may i | let | let me | just | i'd like you to | i would like
        you to | do me a favor and | would you mind | freewhen | try to | also | so | then | ok | okay | now |
        and | i want to know | i'd like to know | i would like to know | i need to know | i want to see | please
        can you | can you please | could you please | would you please | i'll | i'd | i should | we'd | i will |
        please go ahead and
    """,
    Cue.STOP: """
        at | on | in | for | to | from | by | of | as | is | are | was | it | it's | that | who | so | because |
        if | when | will | should | during | before | after | until | till | into | onto | sometime | some time
        | somewhere | starting | next | this | coming | the | a | an | my | our | your | his | her | their | i |
        i'm | we | you | be | has | have | since | within | over | per | via | not | only | or | but | then |
        there | here | every | each | all | both | just | lasting | around | about | regarding | re | also |
        later | early | late | first | last | asap | now | today | tonight | again | too | while | where | which
        | what | how | up | out | off | down | back | these | those | and | both of
    """,
    Cue.FILLER: """
        the | a | an | my | our | please | me | for me | i | i'm | and | to | it | of | with | that | on | at |
        in | for | from | by | is | be | some | there | thanks | thank you | hey | hi | hello | calendar | my
        calendar | time | new | up | will | going | have | so | just | also | then | or | as | it's | this | us
        | we | calendar entry | calendar event | his | her | event | an event | entry | item | sometime |
        scheduled | schedule | lasting | last | starting | starts | should | we'll | should be | can you | let |
        called | named | both | into | onto | before | after | until | between | every | each | not | only |
        upcoming | next | if | any | via | but | out | off | down | am | are | you | your | has | was | want |
        need | let's | back | forward | earlier | instead | longer | shorter | find | about
    """,
    Cue.SOONER: """
        bring forward | move up | pull forward | prepone | advance | bump up | make it earlier | move forward |
        push forward
    """,
    Cue.BOT_DATA: """
        erase my data | delete my data | export my data | my data | booking link | booking page | scheduling
        link | my link
    """,
    Cue.FOREIGN_SOFT: """
        rain | snow | storm | jacket | sweater | wind | mail | text | texts | contact | contacts | album |
        artist | radio | podcast | podcasts | station | band | singer | light | lights | robot | plug | socket |
        fly | flying | airport | train | trains | bus | buses | drive | driving | rent | gas | tire | tires |
        oil | engine | passport | visa | visas | vaccine | vaccines | vaccination | luggage | baggage | a table
        | restaurant | restaurants | cook | cooking | bake | baking | pizza | pizzas | delivery | order |
        ordered | food | burger | sushi | curry | chinese | grocery | groceries | lists | bill | bills | payment
        | payments | pay | pay my | bank | banking | credit | card | cards | transfer | spend | spent | taxes |
        tax | mortgage | loan | pin | insurance | deposit | rewards | points | price | prices | cost | costs |
        capital | president | country | planet | theater | theatre | cinema | movies | tv | television | channel
        | closest | internet | phone | math | coin | roll | chess | trivia | clock | sunrise | sunset | moon |
        repair | maintenance | brakes | package | shipment | orders | photo | photos | picture | pictures |
        camera | video | app | apps | store | mall | shop | buy | purchase | sell | sale | election | vote |
        jobs | job | resume | article | articles | story | stories | medication | diet | weigh | weight | water
        | health | dog | cat | language | speak | bathroom | kitchen | bedroom | living room | garage | door |
        lock | unlock | fan | plane | cruise | ship | travel | quote | poem | fact | facts | science | history
        of | explain | why does | why do | car | cars | truck | van | laundry | parking | i had | i had a | i
        had an | we had | we had a | we had an | suit case | burgers | groomer | dishwasher | washing machine |
        kettle | toaster | heater | stove | tire rotation
    """,
    Cue.OWN: """
        i | my | we | our | us | i'm | i've | i'll | mine | work for me | works for me | ok for me | good for me
        | okay for me | work for us | fine for me
    """,
    Cue.PUBLIC: """
        game | match | movie | concert | show | holiday | date | festival | parade | test | deadline | launch |
        walk | run | work | shift | school | ball | tea | mass | service | leave | project | church | class |
        classes | tour | celebration | graduation | ceremony | event planning | training | football | soccer |
        baseball | golf | tennis | basketball | review | demo | exam | trip | vacation | visit | call | fishing
        | camping | bowling
    """,
    Cue.OPEN: """
        open | unbooked | clear | vacant
    """,
    Cue.ONTO: """
        on my calendar | to my calendar | in my calendar | on the calendar | to the calendar | onto my calendar
        | into my calendar | in the calendar | onto the calendar | on our calendar | to our calendar | on my
        schedule | to my schedule | to my agenda | on my agenda | in my diary | in my agenda | on calendar | to
        calendar | in calendar | on the schedule | to the schedule | on the books | in the books | on the books
        for | into the diary | in the diary | to my diary | in my planner
    """,
    Cue.GET: """
        get | have | want | i'd like | take | place | make
    """,
    Cue.HELP_WORD: """
        help | assist | ask | answer | able | capable | features | functions | abilities | skills | skill |
        capabilities | commands | topics | questions | question | assistance | functionality | purpose | do for
        | can do | able to | ask you | tasks | subjects | respond | perform | handle | support | specialize |
        knowledge | use | talk about | talk to | chat | use you | usage
    """,
    Cue.YOU: """
        you | your | you're | the ai | the bot | this bot | the assistant | this ai | this app | yourself
    """,
    Cue.IN_PLACE: """
        i'm in | i am in | i'm now in | i am now in | i'm currently in | i am currently in | now in | i will be
        working from | i'm based | set me to | i'm on
    """,
    Cue.DAYS_OFF: """
        i don't work | i do not work | i'm off on | i am off on | i never work | my days off are | my day off is
        | i have off
    """,
    Cue.GENERIC: """
        meeting | meetings | appointment | appointments | event | events | entry | entries | booking | bookings
        | invite | invites | invitation | session | sessions | commitment | commitments | time | minutes |
        minute | hour | hours | min | mins | slot | request | reservation | meet | new | something | anything |
        everything | it | schedule | date with
    """,
    Cue.FIND: """
        find | look for | show me | find me | offer | suggest
    """,
    Cue.STRETCH: """
        extend | longer | lengthen | prolong
    """,
    Cue.SHRINK: """
        shorten | shorter | short | cut short
    """,
    Cue.SOFT_TITLE: """
        for a | for an
    """,
    Cue.VERB_TITLE: """
        to discuss | to talk about | to go over | to plan | to review | to celebrate
    """,
    Cue.ERASE: """
        erase my data | delete my data
    """,
    Cue.BOOKING_LINK: """
        booking link | booking page | scheduling link | my link
    """,
    Cue.MOVED: """
        moved to | pushed to | changed to | shifted to | pushed back | be moved | be changed | be rescheduled |
        be pushed | be postponed
    """,
    Cue.CANCEL_SURE: """
        cancel | cancelling | canceling | call off | unschedule | scrap
    """,
    Cue.MODAL: """
        can | could | should | shall | might | can i | can we | could i | could we | should i | should we |
        shall we | can i meet | could i meet | could we meet | can we meet
    """,
    Cue.AT_WHAT: """
        when | when is | what time | what times | at what time | what day | what days | which day | which days |
        which times | what hours | which time | on what day | what date | what is the date of | what the date of
        | what is the date for | what day is the | what day is my | what date is my | what date is the | how
        soon | how early
    """,
    Cue.TOGETHER: """
        meet | meet up | get together | talk | speak | chat | catch up | sit down | hang out | together | meet
        with | hook up | reconnect
    """,
    Cue.FIT: """
        good for | good | ok | okay | fine | work | works | work for | works for | suit | suits | suitable |
        possible | convenient | doable | alright | all right | ok with | work with | good with | okay for | ok
        for | fine for | fine with | feasible | okay with | best | better | ideal | best for | better for
    """,
    Cue.LOOK: """
        like | look like | how busy | look | looks | looking | looking like | shape up | shaping up | shaping |
        busy | packed | full | hectic | loaded | jammed | slammed | left | remaining | invited
    """,
    Cue.HOW_ABOUT: """
        what about | how about | and what about | and how about | what of
    """,
    Cue.DIGEST: """
        rundown | run down | summary | overview | recap | breakdown | lowdown | outline | the plan
    """,
    Cue.WORK: """
        review | demo | planning | briefing | sprint | walkthrough | handover | onboarding | committee | board |
        budget | roadmap | pitch | audit | deadline | launch | project | presentation | kickoff | retro |
        training | 121 | weekly | stand - down | steering | backlog | grooming | refinement | strategy | design
        | appraisal | seminar | keynote | rehearsal
    """,
    Cue.ABSENCE: """
        vacation | holiday | holidays | off | day off | time off | annual leave | leave | sick leave | parental
        leave | ooo | out of office | away | out sick | sick day | on vacation | on holiday | on leave | pto |
        out of town
    """,
    Cue.OFF: """
        turn off | switch off | disable | stop | no | no more | mute | silence | don't | do not | never | off |
        quit | deactivate | without | pause | shut off | stop sending | stop sending me | don't send | don't
        send me | don't want | don't need | do not want | turn them off | kill
    """,
    Cue.KEEP: """
        keep | hold | leave | protect | keep my | hold my | leave my
    """,
    Cue.REMAKE: """
        make my | make the | make | turn my | make our | cut my | cut the
    """,
    Cue.ASIDE: """
        back | forward | short | later | earlier | sooner | up | out | ahead | forwards | backwards | push back
        | push forward | bring forward | move back | move forward | move up | pull forward | bump up | bump back
        | push out | push off
    """,
    Cue.SOONER_WORD: """
        up | forward | forwards | sooner | earlier
    """,
    Cue.PUT: """
        slot | squeeze | fit | pencil | pop | put | get | book | schedule | pencil me
    """,
    Cue.INTO: """
        in | into
    """,
    Cue.GAP: """
        free time | open slot | open slots | free slot | free slots | gap | gaps | opening | openings | slots |
        free hour | free hours | spare time | free block | open time | free window | windows
    """,
    Cue.UNABLE: """
        i can't make | i cannot make | can't make it | won't make it | can't make | can't do | cannot make |
        cannot do | can't attend | not able to make | running late
    """,
    Cue.HAVING: """
        i have | i've got | i got | i have got | we have | we've got | i've | i have a | i have an | i've got a
        | i've a | i've an | i got a
    """,
    Cue.ANYTHING: """
        anything | something | everything | anything on | anything for
    """,
    Cue.DRAW: """
        bring | pull | drag | slide | carry | swing | nudge
    """,
    Cue.OUGHT: """
        needs to be | need to be | has to be | is now | is now at | must be | needs to start | ought to be |
        should be | should start | will be at | will start
    """,
    Cue.ADD: """
        add | tack on | tack | give
    """,
}


def cues() -> dict[str, tuple[Cue, ...]]:
    """Phrase → its cues, in the order of the table."""
    table: dict[str, dict[Cue, None]] = {}
    for cue, phrases in _CUES.items():
        for phrase in phrases.split("|"):
            table.setdefault(" ".join(phrase.split()), {})[cue] = None
    table = _without_endings(table)
    # "make an appointment" speaks of an appointment too.
    for phrase, found in table.items():
        for word in phrase.split() if " " in phrase else ():
            for cue in table.get(word, {}):
                if cue in (Cue.EVENT, Cue.CALENDAR, Cue.MEET, Cue.TOGETHER, Cue.ALL, Cue.YOU) or (
                    cue is Cue.OWN and Cue.POLITE not in found
                ):
                    found.setdefault(cue)
    return {phrase: tuple(found) for phrase, found in table.items()}


def _without_endings(table: dict[str, dict[Cue, None]]) -> dict[str, dict[Cue, None]]:
    """As in "what's on" as the tokens have it: "what on"; a word that is an entry itself ("let's") keeps its ending."""
    out: dict[str, dict[Cue, None]] = {}
    for phrase, found in table.items():
        words = [word.removesuffix("'s") if word not in table else word for word in phrase.split()]
        out.setdefault(" ".join(words), {}).update(found)
    return out

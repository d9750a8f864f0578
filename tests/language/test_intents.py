"""Which requests are whose: sentences by what they ask for, and talk that no calendar should answer."""

import pytest

from bot.language.ask import Intent
from bot.language.predict import predict
from tests.language.asking import BERLIN, asked

WANTED = {
    "book": """
        Put a budget review on my calendar for Thursday at 2
        can you get the dentist on my calendar next Monday 8am
        Schedule time with Priya and Tom on the 20th
        add rehearsal at 6 on friday
        I've got a parent teacher conference at noon on the 9th
        please create an all day event called offsite on Friday
        set up a recurring meeting with design every Monday at 9:30
        Lunch with Hannah tomorrow 12:30
        pencil in drinks with the crew for Saturday night
        we need a sync with Jo next week
        block off tomorrow morning for deep work
        invite Lars to the retro on Friday at 4
        create a repeating event for taking out trash every Sunday
        new event on Monday: haircut at 5 pm
        mark june 3rd as my anniversary on the calendar
        i want to schedule a get together with my cousins this weekend
        let's meet on Thursday at 3pm
        coffee w/ Dana 10am tomorrow
        make a dinner reservation event on my calendar for 7
        Could you put 45 minutes with Omar on Friday afternoon
        enter a doctor's visit for tuesday at nine in the morning
        I have a flight on Friday at 6am, add it to my calendar
        add a meeting to my calendar
        input an event for the school play on friday
        schedule an interview with the candidate at 11
        start a new meeting for wednesday at two pm
        set a meeting with Ed for 3
        remember to add the party to my calendar
        Please note in my calendar that Ada's recital is on the 12th
        plan a picnic with Max on Sunday
        I'd like an appointment with Dr. Wu on Tuesday morning
        Can we do a call with Peter at 4pm on Monday?
        schedule a haircut next wednesday at 4
        make me an appointment with the barber tomorrow
        i'd like to add an event
        could you schedule lunch with my sister for sunday
        add to calendar pick up dry cleaning at 5 pm
        set event for meeting with ryan at two
        create meeting
        add yoga class to my calendar every tuesday at 6
        meeting with the team on thursday at 10
        i have a dinner with jill on the fifth please add it
        put a hold on my calendar from 2 to 4 tomorrow
        Please make a new appointment for me on Monday at noon with Mr. Dale
        Can you make a calendar entry that I have a date with Noel on Friday?
        Schedule a half hour meeting with Jess right after lunch
        Book conference with investors at 3:45 PM Wednesday
        please add me a meeting on march 30 at 9 am in room 4
        i want to go to the gym tomorrow at 7 am
        note that i'm on vacation from june 1st to june 10th
        Add beach day with Kim and Pat this Saturday
        tomorrow at 10 i have a call with Sven
        I'm going to be out on Friday, block my calendar
        create appointment: vet, 3pm Friday
        Set up a meeting between me and Carl for Tuesday
        add event called movie night tonight at 8
        Please schedule "Project X" for Monday at 9
        make plans for brunch on sunday with Fay
        Let's get coffee with Amir tomorrow at 4
        i need to see dr. smith sometime next week
        schedule my dentist appointment for the 18th
        save friday night for date night
        start a recurring event for monday standup
    """,
    "reschedule": """
        Move my 3pm to tomorrow
        push standup back 30 minutes
        can you reschedule the interview with Lena to next Tuesday at 10
        please change the date of the board meeting to the 5th
        make the lunch with Ari an hour later
        Delay my dentist appointment by a week
        switch the time of my haircut to 4
        bump my 1:1 with Sue to Friday
        I need to move Friday's review to Monday morning
        postpone the launch until next month
        shift everything tomorrow by one hour
        update the location of the party
        extend my meeting with Kim by 15 minutes
        Can the team lunch be moved to 1pm?
        set my meeting with Bob to 4 instead of 3
        move the dentist to wednesday
        make my 3pm 30 minutes longer
        change the start time of the review to 11
        please push everything after 3 to tomorrow
        can we do the sync on friday instead of thursday
        move lunch an hour earlier
        reschedule tomorrow's meeting
        change my appointment to a different day
        edit the event on friday
        rename my 3pm to budget review
        my meeting with Tess moved to 5
        replace my friday meeting with one on monday
        have my haircut at 2 instead of 1
    """,
    "cancel": """
        cancel standup tomorrow
        please take the gym off my calendar
        delete everything on Friday
        clear my afternoon
        remove Sam's birthday from the calendar
        I can't make the 3pm meeting, cancel it
        Drop the call with Lin on Monday
        get rid of my dentist appointment
        scrap my dinner with Leo on saturday
        erase the event on the 4th
        cancel my next appointment
        call off the meeting with the bank
        i don't need the meeting on friday anymore, delete it
        wipe my schedule for tomorrow
        please cancel
        remove my 4 o'clock
        i want to cancel the party
        take lunch off the calendar
        cancel all meetings with Jim this week
        can you delete the event called yoga
        get the meeting off my schedule
        I no longer need the call on Tuesday
        delete reminder for tomorrow
        clear everything from my calendar next week
        stop the recurring event on mondays
        end the weekly meeting series
        uninvite me from friday's party
    """,
    "agenda": """
        what's on today
        what does my day look like
        what have I got on Thursday
        show my calendar for next week
        when is my next meeting
        when's the dentist
        do I have any meetings this afternoon
        list everything on my agenda for the weekend
        who am I meeting with at 3
        tell me about my day tomorrow
        how does my week look
        am i doing anything tonight
        what time is the standup tomorrow
        where is my 2 o'clock
        how long is the meeting with Pia
        what's next on my calendar
        what events are coming up
        is there anything on my calendar for the 8th
        give me a rundown of my appointments
        do I have an appointment with the doctor next week
        who is coming to the party on friday
        read out tomorrow's events
        when do I meet Carla
        what plans do i have this weekend
        my schedule for tomorrow
        events on saturday
        are there any events scheduled for monday
        how many appointments have I got on friday
        what is happening on the 14th of april
        do i need to be anywhere at noon
        tell me my schedule
        check if i have meetings on thursday
        how's my calendar looking on tuesday
        what meetings do i have with marcus
        am i seeing anyone tomorrow
        tell me what i have to do on monday
        what have you got in my calendar for thursday
        is there something on friday
        what does saturday look like for me
        let me know my appointments for the week
        please list all of the events for this month
        when will i see the doctor
        when is greg's birthday
        do i have class tomorrow
        what is the location of my next meeting
        who will be at the lunch tomorrow
        which day is the conference
        at what time do i have the interview
        tell me all my events
        did i have a meeting yesterday
        what did i do last friday
        what's the first thing on my schedule
        open calendar
        check calendar
        could you look up when my meeting with Ada is
        are we still on for lunch tomorrow
        how much time do i have between meetings
        what's my itinerary for sunday
        what is scheduled after lunch
        is my meeting with Kent at 4 or 5
        when do i have to pick up the kids
        what date is my appointment with the lawyer
        do I work on Sunday
        what are we doing tonight
        show upcoming birthdays
        what's my schedule looking like next week
        upcoming meetings
    """,
    "free-slots": """
        when am I free tomorrow
        find an hour for me and Sara next week
        what times am I available on Friday afternoon
        any openings tomorrow morning?
        find time with Bob this week
        when can we meet next week, mornings only
        my availability on Monday
        show me free slots on the 20th after 2pm
        when could I fit in a 45 minute call
        suggest some times for a meeting with Ana
        next available 30 minute slot
        when do I have time for a run on Saturday
        what's my availability this week
        when is everyone free on Friday
        when is my next free hour
        when would be a good time for a call with Ana
        what part of my day is free tomorrow
        is there a time this week when Tom and I are both free
        what openings do I have
        which days am i free next week
        how much free time do i have on thursday
        show times i could meet on friday
        got any time on monday?
        any availability this afternoon
    """,
    "is-free-at": """
        am I free at 3
        is Ana free Thursday at 2pm?
        am I busy tomorrow at noon
        are we free on Saturday evening
        is my Friday open
        do I have time at 4 tomorrow
        why not 3pm?
        can you tell me if i'm available on the 3rd
        is 3pm free?
        am i booked on monday morning
        am i available at noon
        will i be free on saturday at 7
        does tomorrow at 9 work for me
        can i do 4pm on monday
        is there room for a meeting at 2 today
        do i have any conflicts tomorrow at 10
        is 10am thursday ok for me
    """,
    "reminder": """
        remind me 10 minutes before
        remind me to call Jo at 5
        set a reminder for my dentist appointment
        don't let me forget the meeting with Ines
        send me a reminder an hour before each meeting
        i need a reminder about the wedding on saturday
        notify me 15 minutes before the standup
        alert me before my next meeting
        reminder: pay rent on the first
        can you remind me about the concert
        what reminders do i have
        please remind me of my doctor appointment one day before
        set reminder for tomorrow 9 am
        make a reminder to water the plants
        i want to be reminded to buy milk at 6
        could you give me a reminder in 20 minutes
        let me know 10 minutes before my meeting
        keep me from forgetting mom's birthday
        turn on reminders
        don't forget to remind me about the game on sunday
        create a reminder
    """,
    "settings": """
        my working hours are 9 to 5
        I'm in the Berlin time zone
        set my time zone to Europe/Berlin
        add a 15 minute buffer between meetings
        no lunch meetings 12-1
        week starts on Sunday
        I work Monday to Thursday 8 to 4
        my default meeting length is 45 minutes
        change my working hours to 10-6
        require at least 2 hours notice
        give me my booking link
        erase my data
        keep 10 minutes free before meetings
        never book me before 10am
        is my calendar connected
        what's the status of my calendar connection
        i'm in New York now
        set default duration to 45
        i start work at 8
        always leave 10 minutes between meetings
        change my timezone
        i don't work on fridays
        show my settings
        export my data
    """,
    "connect": """
        connect my calendar
        link my google calendar
        connect outlook
        disconnect my calendar
        sync with icloud
        unlink google
        hook up my work calendar
        disconnect google
        add my outlook calendar
        i want to connect my exchange account
        log in to google
        link calendar
    """,
    "help": """
        help
        what can you do
        how do i use this bot
        what sort of stuff can you do for me
        tell me what you can do
        what can i say to you
        how can you be of help
        what are you able to help me with
        which things are you capable of doing
        are there other things you can do
        what are some questions i can ask you
        what subjects do you know about
        what can i do here
        show me what you can do
        i need help
        who are you and what can you do
        what do you help with
        what functions do you have
        give me a list of things you can do
        what are your skills
        tell me your features
        can you tell me what you're able to do
        what's it you do exactly
    """,
}

NOT_FOR_A_CALENDAR = """
    what's the weather tomorrow
    will it rain on saturday
    should i take an umbrella today
    set an alarm for 6 am
    wake me up at seven tomorrow
    set a timer for ten minutes
    play some jazz
    play my friday playlist
    turn off the lights in the kitchen at ten
    put milk on my shopping list
    add eggs to the grocery list for tomorrow
    book a flight to Rome on Friday
    reserve a table for four at Nobu tonight at 8
    find me a hotel in Paris for next weekend
    order a pizza for tonight
    how much did I spend last month
    pay my electricity bill on friday
    what's my bank balance
    transfer 50 dollars to savings tomorrow
    send Bob an email about the meeting tomorrow
    did I get new emails today
    text mom that I'm late
    what's in the news this morning
    how are the stocks doing today
    tell me a joke
    what time is it in Tokyo
    what day is it today
    how many days until christmas
    what's the date next friday
    who is the president of france
    translate good morning to spanish
    when does the next train to boston leave
    call me a cab for 5pm
    is there traffic on the way to work
    how long to boil an egg
    thanks
    hello there
    good morning
    ok cool
    see you tomorrow
    i had a great day yesterday
    I love fridays
    my password is hunter2
    what's the score of the game last night
    what movies are playing this weekend
    buy two tickets for the concert on saturday
    when is the post office open
    is the library open on sunday
    how do I change a tire
    when should I get my oil changed
    schedule a pickup with uber for 8 am
    what is the capital of peru
    when is easter this year
    what holiday is on monday
    how many vacation days do i have left
    i would like to request time off next week
    set the thermostat to 70
    start the vacuum
    make me a coffee at 7
    remove tomatoes from my shopping list
    create a new list called groceries
    what's on my to do list today
    cancel my credit card
    cancel my netflix subscription
    cancel my flight
    cancel my order
    delete the last email
    delete my shopping list
    move this song to my workout playlist
    change the volume to 10
    change my pin number
    change the language to german
    post happy birthday to anna on facebook
    tweet that the meeting is boring
    what concerts are happening near me tonight
    what events are going on in chicago this weekend
    find me restaurants that are open now
    how busy is the restaurant around 7
    is it going to be cold tonight
    when will my package arrive
    when is my electric bill due
    what's the due date on my visa bill
    open spotify
    read me my latest messages
    what did sarah email me yesterday
    reply to the email from dan
    resume my audiobook
    next episode of the podcast
    skip this song
    remember that i like thai food
    who called me yesterday
    call the dentist
    how old is tom hanks
    when was lincoln born
    when did the war end
    what year did the titanic sink
    the meeting was boring
    i am free as a bird
    feel free to ignore me
    is wifi free at the airport
    i'm busy
    can you sing
    do you like me
    what's your name
    how are you today
    repeat that please
    stop
    that was a great party yesterday
    where can i watch the game tonight
    find the cheapest gas near here
    book me an uber to the airport at noon
    rent a car from monday to wednesday
    i need a ride at 3
    what's the exchange rate today
    is my flight on time
    when does my flight board
    show me pictures from last weekend
    what's the temperature going to be at noon
    give me the five day forecast
    is it a holiday today
    how long until sunset
    file my taxes by april 15
    when do i get paid
    are there any sales this weekend
    what's on tv tonight
    record the game tonight
    is the store open until 9
    check the traffic at 5
    set the oven to 350
    dim the lights at 9 pm
    put the robot on charge at noon
    send a message to jim saying i'll be there at 6
    find directions to the meeting
    order flowers for mother's day
    i want to hear the beatles
    turn the volume up
    when is the super bowl
    how do i get to the train station by 5
    how's the weather looking for my trip next week
    do i need a coat this evening
    what's going on in the world today
    any news about the election
    turn the heat down at 10 pm
    wake me at half past six
    put on some relaxing music
    can you start my car
    i'd like a pizza delivered at 7
    how many calories are in an egg
    where's the nearest gas station
    how long is the flight to tokyo
    how long does it take to get to work
    what time does the mall close today
    what time does target open tomorrow
    when does the bank close on saturday
    is costco open today
    what's the time
    what time is it
    what is today's date
    tell me the date
    what's tomorrow's date
    how many days are in february
    how many weeks until summer
    when is thanksgiving
    when is the next full moon
    when's daylight savings
    is it going to snow on friday
    order me some thai food
    book a room at the hilton for friday
    make a reservation for two at 8
    get me a table at luigi's tonight
    cancel my dinner reservation at luigi's
    call john
    dial 555 1234
    send a text to amy that i'm running late
    email the report to bob by friday
    check my email
    any new mail from mark
    what's on netflix tonight
    who won the game yesterday
    what was the score last night
    who is playing on sunday
    recommend a movie for tonight
    any good concerts this weekend
    what's happening around town this weekend
    what's there to do in seattle this weekend
    find a gym near me
    how do i get to the airport
    what's the quickest way home
    report my lost card
    what did i spend on groceries in march
    when is my rent due
    when's my next payday
    schedule a payment for friday
    pay the water bill on the 1st
    set up direct deposit
    apply for a loan
    freeze my account
    i need a new tire
    my car needs service
    remove milk from the list
    what's on my grocery list
    make a list for saturday
    start a to do list
    check off laundry
    tell me a story
    sing a song
    flip a coin
    what's 15 percent of 80
    convert 5 miles to km
    spell calendar
    define appointment
    what does reschedule mean
    how do you say meeting in french
    who are you
    are you human
    i'm bored
    you are great
    never mind
    that's wrong
    yes please
    no thanks
    good job today
    have a nice weekend
    happy friday
    talk to you later
    i'll be back later
    i was sick yesterday
    my birthday was last week
    i like meetings
    we had lunch already
    the weather on monday was terrible
    my favorite day is sunday
    do you work on weekends
    when were you made
    how old are you
    did you sleep well last night
    turn it off in an hour
    stop the music in 20 minutes
    pause for five minutes
    set brightness to 50 percent at night
    lock the door at 11
    run the dishwasher tonight
    change lights to blue
    feed the cat at 8
    buy paper towels tomorrow
    sell my stocks on monday
    reorder dog food
    track my package
    will my order come today
    what's a good recipe for dinner tonight
    how long should i cook the turkey
    what should i have for lunch
    what's for dinner
    i want to eat out tonight
    do i have enough money for a vacation
    what vaccines do i need for my trip
    do i need a visa for my trip in may
    how's traffic this morning
    is there a train at 6
    next bus to downtown
    when does the 8 am train arrive
    whats my gate number for the flight tomorrow
    how much vacation time do i have
    did my time off get approved
    i want to take vacation from monday to friday
    what's my credit score
"""


@pytest.mark.parametrize(
    ("intent", "sentence"),
    [(intent, line.strip()) for intent, lines in WANTED.items() for line in lines.strip().splitlines()],
)
def test_a_request_is_told_by_its_words(intent: str, sentence: str) -> None:
    assert predict(asked(sentence), BERLIN)["intent"] == intent


@pytest.mark.parametrize("sentence", [line.strip() for line in NOT_FOR_A_CALENDAR.strip().splitlines()])
def test_other_talk_is_left_alone(sentence: str) -> None:
    assert asked(sentence).intent is Intent.NONE


def test_only_a_time_is_asked_back() -> None:
    ask = asked("tomorrow at 3pm")
    assert ask.intent is Intent.UNCLEAR
    assert ask.question is not None
    assert ask.when is not None


def test_a_command_has_its_intent_already() -> None:
    assert asked("tomorrow afternoon", verb=Intent.FREE).intent is Intent.FREE
    assert asked("", verb=Intent.AGENDA).question is None

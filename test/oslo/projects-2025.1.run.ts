import { judgeProjects } from './projects';

judgeProjects('2025.1');
